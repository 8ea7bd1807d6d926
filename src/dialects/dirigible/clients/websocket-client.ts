// Dialect: the published outbound connection.
import type { OutboundClient } from "./outbound-client.ts";

/** Published: usable at once; messages wait until the connection is open. */
export class WebsocketClient {
  readonly #client: OutboundClient;

  constructor(client: OutboundClient) {
    this.#client = client;
  }

  get id(): string {
    return this.#client.id;
  }

  get uri(): string {
    return this.#client.uri;
  }

  get handler(): string {
    return this.#client.handler;
  }

  get engine(): string {
    return this.#client.engine;
  }

  get session(): ClientSession {
    return { getId: () => this.#client.id, isOpen: () => this.#client.isOpen };
  }

  send(message: unknown): void {
    this.#client.send(message);
  }

  close(): void {
    this.#client.close();
  }
}

/** The published session of a client, as far as it is specified: `getClient` takes its id. */
export interface ClientSession {
  getId(): string;
  isOpen(): boolean;
}
