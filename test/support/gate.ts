import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/**
 * Holds a script at a point until the test lets it pass, in any kind of host, without the clock:
 *
 *     const gate = await Gate.create();
 *     const script = `export async function onMessage(session) { ${gate.wait} session.send("passed"); }`;
 *     await gate.reached();
 *     gate.open();
 */
export class Gate {
  /** The statement that a script waits with: a request to which the gate responds when it opens. */
  readonly wait: string;
  readonly #server: Server;
  readonly #held: ServerResponse[] = [];
  #arrivals = 0;
  #isOpen = false;

  private constructor(server: Server) {
    this.#server = server;
    this.wait = `await fetch("http://127.0.0.1:${(server.address() as AddressInfo).port}/");`;
    server.on("request", (_request, response) => this.#arrive(response));
  }

  /** A closed gate, which opens at the latest when the test ends. */
  static async create(): Promise<Gate> {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const gate = new Gate(server);
    onTestFinished(() => gate.#close());
    return gate;
  }

  /** Resolves when `count` waits have come to the gate. */
  async reached(count = 1): Promise<void> {
    while (this.#arrivals < count) await once(this.#server, "arrival");
  }

  /** Lets all pass who wait now, and all who come later. */
  open(): void {
    this.#isOpen = true;
    for (const response of this.#held.splice(0)) response.end();
  }

  #arrive(response: ServerResponse): void {
    this.#arrivals += 1;
    response.setHeader("Connection", "close");
    if (this.#isOpen) response.end();
    else this.#held.push(response);
    this.#server.emit("arrival");
  }

  #close(): void {
    this.open();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
