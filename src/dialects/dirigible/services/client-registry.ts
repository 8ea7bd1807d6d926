// Dialect: the outbound clients of a Dirigible program, in the order of their creation.
import type { MaybePromise, ScriptContext } from "../../../host/api/dialect.ts";
import { UNSUPPORTED_DATA } from "../../../boundary/errors/close-codes.ts";
import type { ClientEvent } from "../../../boundary/events.ts";
import { isPromiseLike } from "../../../boundary/checks.ts";
import { clientArguments, type ClientArguments, type ClientRequest } from "../clients/client-arguments.ts";
import type { ClientAccess, ClientMetadata } from "../state/context.ts";
import type { HandlerCall } from "../modules/handler-modules.ts";
import { OutboundClient } from "../clients/outbound-client.ts";
import { WebsocketClient } from "../clients/websocket-client.ts";
import type { ModuleGlobals, ModuleGlobalsStore } from "../common/module-globals.ts";
import type { ClientRef } from "../../../boundary/refs.ts";
import { scriptKey } from "../../../boundary/script-key.ts";

/** Published: a client is listed until the script closes it, or its connection ends. */
export class ClientRegistry implements ClientAccess {
  readonly #script: ScriptContext;
  readonly #globalsStore: ModuleGlobalsStore;
  readonly #handlers: () => ClientHandlers;
  readonly #entries = new Map<ClientRef, Entry>();
  readonly #found = new Map<ClientRef, Entry>();
  #lastRef: ClientRef = 0;

  constructor(script: ScriptContext, globalsStore: ModuleGlobalsStore, handlers: () => ClientHandlers) {
    this.#script = script;
    this.#globalsStore = globalsStore;
    this.#handlers = handlers;
  }

  /** Published: blocks until the connection is open. Here it returns at once, and messages wait. */
  create(request: ClientRequest, created: OutboundClient[]): WebsocketClient {
    const checked = clientArguments(this.#script.platform.web, request);
    const globals = this.#globalsStore.create(null);
    const isOnce = this.#handlers().runsOnce(checked.handler, globals);
    const client = this.#newClient(checked, isOnce);
    const { ref } = client;
    const entry: Entry = { client, published: new WebsocketClient(client), globals, last: null };
    this.#entries.set(ref, entry);
    this.#found.set(ref, entry);
    created.push(client);
    const { commands, info } = this.#script;
    const once = isOnce ? `${checked.handler} ${checked.uri}` : null;
    commands.connect(scriptKey(info), ref, { url: checked.uri, once });
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

  /** Of several with one handler, the one that was created first. */
  byHandler(handler: string): WebsocketClient | null {
    return this.#find(({ client }) => client.handler === handler);
  }

  /** An event of a connection. */
  take(event: ClientEvent): MaybePromise {
    const entry = this.#entries.get(event.client);
    if (entry === undefined) return;
    if (event.kind === "clientOpen") return this.#opened(entry);
    if (event.kind === "clientMessage") return this.#received(entry, event.data);
    if (event.kind === "clientError") return this.#failed(entry, event.message);
    return this.#closed(entry, event.reason);
  }

  #newClient(checked: ClientArguments, isOnce: boolean): OutboundClient {
    const ref = ++this.#lastRef;
    const given = { ...checked, ref, id: this.#script.randomUUID(), isOnce };
    return new OutboundClient(given, this.#script.commands, () => void this.#found.delete(ref));
  }

  #find(isMeant: (entry: Entry) => boolean): WebsocketClient | null {
    for (const entry of this.#found.values()) if (isMeant(entry)) return entry.published;
    return null;
  }

  // A close that waits for the opening is sent after `onOpen` has been called.
  #opened(entry: Entry): MaybePromise {
    const called = this.#next(entry, { method: "onOpen" });
    entry.client.opened();
    return called;
  }

  #received(entry: Entry, data: string | Uint8Array): MaybePromise {
    if (typeof data === "string") return this.#next(entry, { method: "onMessage", value: data });
    this.#found.delete(entry.client.ref);
    this.#script.commands.closeClient(entry.client.ref, UNSUPPORTED_DATA, "");
    return this.#next(entry, {
      method: "onError",
      value: `${entry.client.uri} sent bytes; only text is accepted`,
    });
  }

  // Upstream throws from createWebsocket if the address refuses; here the call has already returned.
  #failed(entry: Entry, message: string): MaybePromise {
    if (entry.client.hasOpened) return this.#next(entry, { method: "onError", value: message });
    this.#forget(entry);
    if (entry.client.closed()) return this.#last(entry, { method: "onError", value: message });
  }

  #closed(entry: Entry, reason: string): MaybePromise {
    this.#forget(entry);
    const { hasLeft } = entry.client;
    if (!entry.client.closed()) return;
    if (hasLeft) return this.#finish(entry);
    if (entry.client.hasOpened) return this.#last(entry, { method: "onClose" });
    const value = reason === "" ? `the connection to ${entry.client.uri} ended before it was open` : reason;
    return this.#last(entry, { method: "onError", value });
  }

  #forget({ client: { ref } }: Entry): void {
    this.#found.delete(ref);
    this.#entries.delete(ref);
  }

  #last(entry: Entry, call: HandlerCall): MaybePromise {
    const called = this.#next(entry, call);
    return isPromiseLike(called) ? called.then(() => this.#finish(entry)) : this.#finish(entry);
  }

  #finish({ globals, client }: Entry): void {
    globals.end();
    client.finish();
  }

  #next(entry: Entry, call: HandlerCall): MaybePromise {
    const { last } = entry;
    const called = last === null ? this.#called(entry, call) : last.then(() => this.#called(entry, call));
    entry.last = isPromiseLike(called) ? called : null;
    if (isPromiseLike(called)) return Promise.resolve(called);
  }

  // A handler's fault is logged, and has no other effect.
  #called({ client, globals }: Entry, call: HandlerCall): PromiseLike<unknown> | null {
    const fault = (error: unknown): void => this.#script.fault(error, `${client.handler} ${call.method}`);
    try {
      const called = this.#handlers().call(client.handler, call, globals);
      return isPromiseLike(called) ? called.then(undefined, fault) : null;
    } catch (error) {
      fault(error);
      return null;
    }
  }
}

/** The handler modules, as their clients need them. */
export interface ClientHandlers {
  /** Calls a handler module for an event. */
  call(handler: string, call: HandlerCall, globals: ModuleGlobals): unknown;
  /** Whether the handler wants each of its clients once per cluster. */
  runsOnce(handler: string, globals: ModuleGlobals): boolean;
}

interface Entry {
  readonly client: OutboundClient;
  readonly published: WebsocketClient;
  readonly globals: ModuleGlobals;
  /** The promise of the last call: the handlers of one client run one after the other. */
  last: PromiseLike<unknown> | null;
}
