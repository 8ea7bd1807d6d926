import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** An address that stands for one of several servers, as that of a failover does. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: number;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => this.#join(near, connect(this.#target, "127.0.0.1")));
  }

  static async to(port: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(port);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** New connections go to another server; those that are open stay. */
  divertTo(port: number): void {
    this.#target = port;
  }

  /** Cuts all connections; new ones go to another server. */
  switchTo(port: number): void {
    this.divertTo(port);
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.switchTo(0);
    this.#server.close();
  }

  #join(near: Socket, far: Socket): void {
    near.pipe(far);
    far.pipe(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
