import type { OutboundClient } from "./outbound-client.ts";

/** The published session of a client, as far as it says something: its id is what `getClient` takes. */
export interface ClientSession {
  getId(): string;
  isOpen(): boolean;
}

/** The published WebsocketClient: an outbound connection. Usable at once; what is sent waits until it is open. */
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
