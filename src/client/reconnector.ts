// Client: attempts, connections and pauses, one after the other, until the end.
import type { ClientEvents, ClientState } from "./client-events.ts";
import { comesBack, retryAfter } from "./comes-back.ts";
import type { ClientSettings, Later } from "./connect-options.ts";
import { Conversation, PROTOCOL } from "./conversation.ts";
import { Emitter } from "./emitter.ts";
import { ClientConnection } from "./client-connection.ts";
import { Pauses } from "./pauses.ts";
import { routeAddress, tokenEntry } from "./route-address.ts";

/** Keeps a conversation on a connection: at most one attempt, connection or pause at a time. */
export class Reconnector {
  readonly #url: Later<string | URL>;
  readonly #settings: ClientSettings;
  readonly #pauses: Pauses;
  readonly events = new Emitter<ClientEvents>();
  readonly conversation: Conversation;
  #state: ClientState = "connecting";
  #step: Step = { connection: null, timer: null };
  /** Whether `parlor.v1` is offered; settled by the first connection that opens. */
  #offer: "try" | "yes" | "no";
  /** Dead sockets of a browser; they are closed when a new connection has taken the session over. */
  #left: ClientConnection[] = [];
  #unwatch: () => void = () => undefined;

  constructor(url: Later<string | URL>, settings: ClientSettings) {
    this.#url = url;
    this.#settings = settings;
    this.#pauses = new Pauses(settings);
    this.#offer = settings.plain ? "no" : "try";
    this.conversation = new Conversation(settings, this.events, () => this.#lose("no response to a ping"));
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The first attempt starts after the code that has called, so that it can add listeners. */
  start(): void {
    this.#unwatch = this.#settings.page?.watch(this.#back) ?? this.#unwatch;
    const step = this.#begin();
    queueMicrotask(() => step === this.#step && this.#attempt(this.#offer !== "no"));
  }

  readonly retry = (): void => {
    if (this.#state === "away") this.#attempt(this.#offer !== "no");
  };

  readonly close = (code = 1000, reason = ""): void => {
    if (this.#state !== "closed") this.#finish({ code, reason, by: "client" });
  };

  // An attempt from the time without a network may hang, so another one starts.
  readonly #back = (event: "online" | "visible"): void => {
    if (this.#state === "open") return this.conversation.probe();
    this.#pauses.reset();
    if (this.#state === "connecting" && event === "visible") return;
    this.#step.connection?.cut();
    this.#attempt(this.#offer !== "no");
  };

  #attempt(offers: boolean): void {
    const step = this.#begin();
    this.#enter("connecting", {});
    if (step !== this.#step) return;
    const { timeout, clock } = this.#settings;
    step.timer = clock.after(timeout, () => this.#lose(`no connection within ${timeout} ms`));
    void this.#dial(step, offers);
  }

  async #dial(step: Step, offers: boolean): Promise<void> {
    try {
      const [url, token] = await Promise.all([fetched(this.#url), fetched(this.#settings.token)]);
      if (step !== this.#step) return;
      const { protocols } = this.#settings;
      const entries = [...(offers ? this.conversation.offer() : []), ...protocols];
      // A list with nothing but a token is refused, so without protocols of the script it cannot go to a plain route.
      if (token !== null && entries.length > 0) entries.push(tokenEntry(token));
      const mayBePlain = this.#offer === "try" && (token === null || protocols.length > 0);
      const socket = new this.#settings.WebSocket(routeAddress(url), entries);
      step.connection = this.#connection(socket, step, offers && mayBePlain);
    } catch (error) {
      if (step === this.#step) this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  /** `fallsBack`: if the handshake fails, the route may be a plain one. */
  #connection(
    socket: ConstructorParameters<typeof ClientConnection>[0],
    step: Step,
    fallsBack: boolean,
  ): ClientConnection {
    let isOpen = false;
    const connection: ClientConnection = new ClientConnection(socket, {
      opened: (protocol) => {
        isOpen = true;
        this.#offer = protocol === PROTOCOL ? "yes" : "no";
        if (protocol === PROTOCOL) return;
        this.conversation.openPlain(connection);
        this.#opened(step, 0);
      },
      received: (data) => this.#received(step, connection, data),
      ended: (code, reason) => {
        if (fallsBack && !isOpen) this.#attempt(false);
        else this.#ended(code, reason);
      },
    });
    return connection;
  }

  #received(step: Step, connection: ClientConnection, data: unknown): void {
    try {
      if (this.#state === "open") this.conversation.receive(data);
      else this.#opened(step, this.conversation.welcome(connection, data));
    } catch (error) {
      this.conversation.forget();
      this.#lose(`the server breaks the protocol: ${(error as Error).message}`);
    }
  }

  #opened(step: Step, lost: number): void {
    step.timer?.cancel();
    this.#pauses.opened();
    this.#closeLeft();
    const { resumed, reason, session } = this.conversation.info;
    this.#enter("open", { resumed, reason, session, lost });
  }

  /** The connection is dead, or the attempt has taken too long. */
  #lose(reason: string): void {
    const { connection } = this.#step;
    if (connection !== null && !connection.cut()) this.#left.push(connection);
    this.#ended(1006, reason);
  }

  #ended(code: number, reason: string): void {
    if (!(this.#settings.comeBack(code, reason) ?? comesBack(code)))
      return this.#finish({ code, reason, by: "server" });
    if (this.#state === "open") this.#pauses.ended();
    const step = this.#begin();
    this.conversation.away();
    const pause = this.#pauses.next(retryAfter(reason));
    step.timer = this.#settings.clock.after(pause, this.retry);
    this.#enter("away", { code, reason, pause });
  }

  #finish(closed: ClientEvents["closed"]): void {
    if (closed.by === "client") this.#step.connection?.close(closed.code, closed.reason);
    this.#begin();
    this.conversation.close();
    this.#closeLeft();
    this.#unwatch();
    this.#enter("closed", closed);
  }

  #closeLeft(): void {
    for (const connection of this.#left.splice(0)) connection.close(1000, "");
  }

  /** Ends what was going on: its connection reports nothing more, and its timer does not fire. */
  #begin(): Step {
    this.#step.timer?.cancel();
    this.#step.connection?.leave();
    this.#step = { connection: null, timer: null };
    return this.#step;
  }

  #enter<State extends ClientState>(state: State, event: ClientEvents[State]): void {
    this.#state = state;
    this.events.emit(state, event);
  }
}

/** An attempt with its connection, or a pause. */
interface Step {
  connection: ClientConnection | null;
  timer: { cancel(): void } | null;
}

function fetched<Value>(later: Later<Value>): Value | Promise<Value> {
  return typeof later === "function" ? (later as () => Value | Promise<Value>)() : later;
}
