import type { Commands } from "../../../boundary/commands.ts";
import { textFor } from "../checks.ts";
import type { ClientArguments } from "./client-arguments.ts";
import type { ClientRef } from "../../../boundary/refs.ts";

/** `leaving`: closed by the script before it was open. */
type State = "connecting" | "leaving" | "open" | "closing" | "closed";

/** One outbound connection as its program knows it. */
export class OutboundClient {
  readonly ref: ClientRef;
  readonly id: string;
  readonly uri: string;
  readonly handler: string;
  readonly engine: string;
  /** Resolves when nothing more comes from it. */
  readonly ended: Promise<void>;
  readonly #commands: Commands;
  readonly #onLeave: () => void;
  #state: State = "connecting";
  #hasOpened = false;
  #end: () => void = () => undefined;

  /** `onLeave`: the script has closed it; from then on nobody finds it. */
  constructor(
    given: ClientArguments & { ref: ClientRef; id: string },
    commands: Commands,
    onLeave: () => void,
  ) {
    this.ref = given.ref;
    this.id = given.id;
    this.uri = given.uri;
    this.handler = given.handler;
    this.engine = given.engine;
    this.#commands = commands;
    this.#onLeave = onLeave;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Whether its handler was told of an opening, and so must be told of the end. */
  get hasOpened(): boolean {
    return this.#hasOpened;
  }

  send(message: unknown): void {
    const text = textFor("WebsocketClient.send", message);
    if (this.#state !== "connecting" && this.#state !== "open")
      throw new Error(`WebsocketClient.send: the connection to ${this.uri} is closed`);
    this.#commands.sendClient(this.ref, text);
  }

  /** Twice is no error. What was sent before goes out first, also if the connection has yet to open. */
  close(): void {
    if (this.#state === "open") this.#close();
    else if (this.#state === "connecting") this.#state = "leaving";
    this.#onLeave();
  }

  opened(): void {
    this.#hasOpened = true;
    if (this.#state === "connecting") this.#state = "open";
    else if (this.#state === "leaving") this.#close();
  }

  /** It has ended, or never began; false when that was known. */
  closed(): boolean {
    if (this.#state === "closed") return false;
    this.#state = "closed";
    return true;
  }

  /** Its handler has been told everything. */
  finish(): void {
    this.#end();
  }

  #close(): void {
    this.#state = "closing";
    this.#commands.closeClient(this.ref, 1000, "");
  }
}
