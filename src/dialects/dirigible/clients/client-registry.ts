import type { MaybePromise, ScriptContext } from "../../../host/api/dialect.ts";
import type { ClientEvent } from "../../../boundary/events.ts";
import { isPromise } from "../checks.ts";
import { clientArguments, type ClientRequest } from "./client-arguments.ts";
import type { ClientMetadata, ClientAccess, Execution } from "../execution.ts";
import type { HandlerCall } from "../endpoints/handler-modules.ts";
import { OutboundClient } from "./outbound-client.ts";
import { WebsocketClient } from "./websocket-client.ts";
import type { ModuleGlobals, ModuleGlobalsStore } from "../script-globals.ts";
import type { ClientRef } from "../../../boundary/refs.ts";

/** Tells a handler module of an event. */
export type CallHandler = (handler: string, call: HandlerCall, globals: ModuleGlobals) => MaybePromise;

interface Entry {
  readonly client: OutboundClient;
  readonly published: WebsocketClient;
  readonly globals: ModuleGlobals;
  /** The last handler's promise: the events of one client are told one after the other. */
  last: PromiseLike<unknown> | null;
}

const UNSUPPORTED_DATA = 1003;

/** The outbound clients of a program: published are those that nobody has closed, in the order of their making. */
export class ClientRegistry implements ClientAccess {
  readonly #script: ScriptContext;
  readonly #globalsStore: ModuleGlobalsStore;
  readonly #tell: CallHandler;
  readonly #entries = new Map<ClientRef, Entry>();
  readonly #found = new Map<ClientRef, Entry>();
  #lastRef: ClientRef = 0;

  constructor(script: ScriptContext, globalsStore: ModuleGlobalsStore, tell: CallHandler) {
    this.#script = script;
    this.#globalsStore = globalsStore;
    this.#tell = tell;
  }

  /** Published: blocks until the connection is open. Here it is registered at once, and what it is told waits. */
  create(wish: ClientRequest, execution: Execution): WebsocketClient {
    const checked = clientArguments(wish);
    const { commands, info } = this.#script;
    const ref = ++this.#lastRef;
    const leave = (): void => void this.#found.delete(ref);
    const client = new OutboundClient({ ...checked, ref, id: this.#script.randomUUID() }, commands, leave);
    const entry: Entry = {
      client,
      published: new WebsocketClient(client),
      globals: this.#globalsStore.create(null),
      last: null,
    };
    this.#entries.set(ref, entry);
    this.#found.set(ref, entry);
    execution.clients.push(client);
    commands.connect(info.name, ref, checked.uri);
    return entry.published;
  }

  list(): ClientMetadata[] {
    return Array.from(this.#found.values(), ({ client: { id, uri, handler, engine } }) => {
      return { id, uri, handler, engine };
    });
  }

  byId(id: string): WebsocketClient | null {
    return this.#find(({ client }) => client.id === id);
  }

  /** Of several with one handler, the one made first. */
  byHandler(handler: string): WebsocketClient | null {
    return this.#find(({ client }) => client.handler === handler);
  }

  /** What the front tells of a connection. */
  take(event: ClientEvent): MaybePromise {
    const entry = this.#entries.get(event.client);
    if (entry === undefined) return;
    if (event.kind === "clientOpen") return this.#opened(entry);
    if (event.kind === "clientMessage") return this.#received(entry, event.data);
    if (event.kind === "clientError") return this.#failed(entry, event.message);
    return this.#closed(entry, event.reason);
  }

  #find(isMeant: (entry: Entry) => boolean): WebsocketClient | null {
    for (const entry of this.#found.values()) if (isMeant(entry)) return entry.published;
    return null;
  }

  // A close that waits for the opening is asked for when the handler has been told of it.
  #opened(entry: Entry): MaybePromise {
    const told = this.#next(entry, { method: "onOpen" });
    entry.client.opened();
    return told;
  }

  #received(entry: Entry, data: string | Uint8Array): MaybePromise {
    if (typeof data === "string") return this.#next(entry, { method: "onMessage", value: data });
    this.#found.delete(entry.client.ref);
    this.#script.commands.closeClient(entry.client.ref, UNSUPPORTED_DATA, "");
    return this.#next(entry, {
      method: "onError",
      value: `${entry.client.uri} sent bytes; only text is taken`,
    });
  }

  // Upstream throws out of createWebsocket when the address refuses; here that has long returned.
  #failed(entry: Entry, message: string): MaybePromise {
    if (entry.client.hasOpened) return this.#next(entry, { method: "onError", value: message });
    this.#forget(entry);
    if (entry.client.closed()) return this.#last(entry, { method: "onError", value: message });
  }

  #closed(entry: Entry, reason: string): MaybePromise {
    this.#forget(entry);
    if (!entry.client.closed()) return;
    if (entry.client.hasOpened) return this.#last(entry, { method: "onClose" });
    const value = reason === "" ? `the connection to ${entry.client.uri} ended before it was open` : reason;
    return this.#last(entry, { method: "onError", value });
  }

  #forget({ client: { ref } }: Entry): void {
    this.#found.delete(ref);
    this.#entries.delete(ref);
  }

  #last(entry: Entry, call: HandlerCall): MaybePromise {
    const told = this.#next(entry, call);
    const finish = (): void => {
      entry.globals.end();
      entry.client.finish();
    };
    return isPromise(told) ? told.then(finish) : finish();
  }

  #next(entry: Entry, call: HandlerCall): MaybePromise {
    const { last } = entry;
    const told = last === null ? this.#told(entry, call) : last.then(() => this.#told(entry, call));
    entry.last = isPromise(told) ? told : null;
    if (isPromise(told)) return Promise.resolve(told);
  }

  // What a handler throws is logged, and nothing else comes of it.
  #told({ client, globals }: Entry, call: HandlerCall): PromiseLike<unknown> | null {
    const fault = (error: unknown): void => this.#script.fault(error, `${client.handler} ${call.method}`);
    try {
      const told = this.#tell(client.handler, call, globals);
      return isPromise(told) ? told.then(undefined, fault) : null;
    } catch (error) {
      fault(error);
      return null;
    }
  }
}
