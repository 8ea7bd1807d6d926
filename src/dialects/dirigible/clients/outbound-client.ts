// Dialect: one outbound connection as its program knows it.
import { NORMAL_CLOSURE } from "../../../boundary/errors/close-codes.ts";
import type { ProgramCommands } from "../../../boundary/commands.ts";
import { textFor } from "../common/checks.ts";
import type { ClientArguments } from "./client-arguments.ts";
import type { ClientRef } from "../../../boundary/refs.ts";

/** Its state, and the commands that it sends. */
export class OutboundClient {
  readonly ref: ClientRef;
  readonly id: string;
  readonly uri: string;
  readonly handler: string;
  readonly engine: string;
  /** Resolves after its last event. */
  readonly ended: Promise<void>;
  readonly #commands: ProgramCommands;
  readonly #onLeave: () => void;
  #state: State = "connecting";
  #hasOpened = false;
  readonly #isOnce: boolean;
  #end: () => void = () => undefined;

  /** `onLeave`: the script has closed it; from then on it is not listed. `isOnce`: another node may have its connection. */
  constructor(
    given: ClientArguments & { ref: ClientRef; id: string; isOnce: boolean },
    commands: ProgramCommands,
    onLeave: () => void,
  ) {
    this.ref = given.ref;
    this.id = given.id;
    this.uri = given.uri;
    this.handler = given.handler;
    this.engine = given.engine;
    this.#isOnce = given.isOnce;
    this.#commands = commands;
    this.#onLeave = onLeave;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** The script has closed it, and it has never been open. */
  get hasLeft(): boolean {
    return this.#state === "leaving";
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Whether `onOpen` was called, so that `onClose` must follow. */
  get hasOpened(): boolean {
    return this.#hasOpened;
  }

  send(message: unknown): void {
    const text = textFor("WebsocketClient.send", message);
    if (this.#state !== "connecting" && this.#state !== "open")
      throw new Error(`WebsocketClient.send: the connection to ${this.uri} is closed`);
    this.#commands.sendClient(this.ref, text);
  }

  /** May be called twice. Messages that were sent before go out first, also if the connection is not open yet. */
  close(): void {
    if (this.#state === "open") this.#close();
    else if (this.#state === "connecting") this.#leave();
    this.#onLeave();
  }

  opened(): void {
    this.#hasOpened = true;
    if (this.#state === "connecting") this.#state = "open";
    else if (this.#state === "leaving") this.#close();
  }

  /** The connection has ended, or could not be opened. Returns false if that was known. */
  closed(): boolean {
    if (this.#state === "closed") return false;
    this.#state = "closed";
    return true;
  }

  /** Its handler has had its last call. */
  finish(): void {
    this.#end();
  }

  // One that waits for another node may wait for ever: it ends now.
  #leave(): void {
    this.#state = "leaving";
    if (this.#isOnce) this.#commands.closeClient(this.ref, NORMAL_CLOSURE, "");
  }

  #close(): void {
    this.#state = "closing";
    this.#commands.closeClient(this.ref, NORMAL_CLOSURE, "");
  }
}

/** `leaving`: closed by the script before it was open. */
type State = "connecting" | "leaving" | "open" | "closing" | "closed";
