import { Client, type IFrame, type IMessage, type StompHeaders, type Versions } from "@stomp/stompjs";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { PATIENCE_MS } from "../../../support/patience.ts";

/** A client of the library that browsers use. It does not connect again by itself. */
export class StompClient {
  readonly client: Client;
  /** The library's frames ERROR. */
  readonly errors: IFrame[] = [];
  readonly #messages: IMessage[] = [];
  readonly #waiting: ((message: IMessage) => void)[] = [];
  readonly closed: Promise<number>;

  private constructor(client: Client) {
    this.client = client;
    client.onStompError = (frame) => void this.errors.push(frame);
    this.closed = new Promise((resolve) => {
      client.onWebSocketClose = (event: { readonly code: number }) => resolve(event.code);
    });
  }

  static async connect(url: string, config: ClientConfig = {}): Promise<StompClient> {
    const protocols = (
      config.stompVersions ?? { protocolVersions: () => ["v12.stomp", "v11.stomp", "v10.stomp"] }
    ).protocolVersions();
    const client = new Client({
      webSocketFactory: () => new WebSocket(`${url.replace("http", "ws")}/stomp`, protocols),
      reconnectDelay: 0,
      ...config,
    });
    const stomp = new StompClient(client);
    onTestFinished(() => client.deactivate({ force: true }));
    await new Promise<void>((resolve, reject) => {
      client.onConnect = () => resolve();
      client.onWebSocketError = () => reject(new Error("the connection failed"));
      client.activate();
    });
    return stomp;
  }

  /** Subscribes, and waits until the server has. */
  async subscribe(destination: string): Promise<void> {
    await this.#withReceipt(
      (headers) => void this.client.subscribe(destination, (message) => this.#receive(message), headers),
    );
  }

  /** Sends to an endpoint's handler. */
  tell(endpoint: string, message: unknown): void {
    this.client.publish({ destination: `/ws/stomp/${endpoint}`, body: JSON.stringify(message) });
  }

  /** Sends, and waits until the server has handled it. */
  async publish(destination: string, body: string): Promise<void> {
    await this.#withReceipt((headers) => this.client.publish({ destination, body, headers }));
  }

  /** The next message of any subscription. */
  next(): Promise<IMessage> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("no message has come")), PATIENCE_MS);
      this.#waiting.push((received) => {
        clearTimeout(timer);
        resolve(received);
      });
    });
  }

  /** The text of the next reply. */
  async nextText(): Promise<string> {
    return (JSON.parse((await this.next()).body) as { readonly text: string }).text;
  }

  #receive(message: IMessage): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#messages.push(message);
    else waiting(message);
  }

  #withReceipt(send: (headers: StompHeaders) => void): Promise<void> {
    const receipt = crypto.randomUUID();
    return new Promise((resolve) => {
      this.client.watchForReceipt(receipt, () => resolve());
      send({ receipt });
    });
  }
}

/** How the client's library is used. */
interface ClientConfig {
  readonly stompVersions?: Versions;
  readonly splitLargeFrames?: boolean;
  readonly maxWebSocketChunkSize?: number;
  readonly forceBinaryWSFrames?: boolean;
}
