import { once } from "node:events";
import { connect as dial, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** How a line is cut: by RST, by FIN, or so that neither side is notified. */
export type Cut = "reset" | "end" | "drop";

/** Passes bytes on to a server, and cuts all lines when a test asks for it. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #lines = new Set<readonly [Socket, Socket]>();
  /** How many lines there were. */
  opened = 0;

  private constructor(port: number) {
    this.#server = createServer((client) => this.#join(client, dial(port, "127.0.0.1")));
  }

  static async before(port: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(port);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts all lines; what is on its way is lost. */
  cut(how: Cut): void {
    for (const [client, server] of this.#lines) {
      client.unpipe(server);
      server.unpipe(client);
      this.#lines.delete([client, server]);
      for (const socket of [client, server]) this.#end(socket, how);
    }
    this.#lines.clear();
  }

  close(): void {
    this.cut("reset");
    this.#server.close();
  }

  #end(socket: Socket, how: Cut): void {
    if (how === "reset") socket.resetAndDestroy();
    if (how === "end") socket.destroy();
    if (how === "drop") socket.removeAllListeners("data").resume();
  }

  #join(client: Socket, server: Socket): void {
    const line = [client, server] as const;
    this.opened += 1;
    this.#lines.add(line);
    for (const socket of line) socket.on("error", () => undefined);
    client.on("close", () => this.#lines.has(line) && server.destroy());
    server.on("close", () => this.#lines.has(line) && client.destroy());
    client.pipe(server);
    server.pipe(client);
  }
}
