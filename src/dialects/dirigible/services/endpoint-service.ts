// Dialect: serves the clients of the registry's `*.websocket` artefacts (v4).
import type { SessionService } from "./session-service.ts";
import type { MaybePromise, ScriptContext } from "../../../host/api/dialect.ts";
import { GOING_AWAY, UNSUPPORTED_DATA } from "../../../boundary/errors/close-codes.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import type { Payload } from "../../../boundary/payload.ts";
import { isPromiseLike } from "../../../boundary/checks.ts";
import { EndpointSession } from "../state/session-state.ts";
import type { Endpoint, Endpoints } from "../registry/endpoints.ts";
import type { HandlerCall, HandlerModules } from "../modules/handler-modules.ts";
import type { ModuleGlobalsStore } from "../common/module-globals.ts";

/** Calls an endpoint's handler module for each event of its clients. */
export class EndpointService implements SessionService {
  readonly #parts: EndpointParts;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
  }

  /** Upstream accepts all clients, and ignores those of an endpoint that does not exist. */
  upgrade(session: HostSession): void {
    const { script, endpoints } = this.#parts;
    const name = nameFor(session);
    if (endpoints.byName.has(name)) script.directory.accept(session);
    else
      script.directory.refuse(
        session,
        404,
        `no *.websocket file defines the endpoint ${JSON.stringify(name)}`,
      );
  }

  open(session: HostSession): MaybePromise {
    return this.#call(session, "onOpen");
  }

  /** A string that the handler returns is sent to the message's sender, as in later versions of the platform. */
  message(session: HostSession, data: Payload): MaybePromise {
    if (typeof data !== "string")
      return this.#parts.script.directory.close(
        session,
        UNSUPPORTED_DATA,
        "this endpoint takes text, not bytes",
      );
    const result = this.#call(session, "onMessage", data);
    return isPromiseLike(result)
      ? result.then((settled) => this.#reply(session, settled))
      : this.#reply(session, result);
  }

  /** Published: `onError` reports errors of the connection, never of a handler. */
  close(session: HostSession, code: number, reason: string): MaybePromise {
    const broken = BROKEN.get(code);
    const reported =
      broken === undefined ? undefined : this.#callOnError(session, reason === "" ? broken : reason);
    return isPromiseLike(reported)
      ? reported.then(() => this.#call(session, "onClose"))
      : this.#call(session, "onClose");
  }

  /** The artefacts have changed: clients of a removed endpoint are closed. */
  sweep(): void {
    const { script, endpoints } = this.#parts;
    for (const session of script.directory.allOwn()) {
      if (session.route !== ENDPOINT_ROUTE || endpoints.byName.has(nameFor(session))) continue;
      script.directory.close(session, GOING_AWAY, "the endpoint has been removed");
    }
  }

  // A fault in `onError` must not prevent `onClose`.
  #callOnError(session: HostSession, text: string): MaybePromise {
    const fault = (error: unknown): void => this.#parts.script.fault(error, "onError");
    try {
      const called = this.#call(session, "onError", text);
      return isPromiseLike(called) ? called.then(undefined, fault) : undefined;
    } catch (error) {
      fault(error);
    }
  }

  #reply(session: HostSession, result: unknown): void {
    if (typeof result === "string" && session.isOpen) this.#parts.script.commands.send(session.ref, result);
  }

  #call(session: HostSession, method: HandlerCall["method"], value?: string): MaybePromise {
    const state = this.#stateOf(session);
    if (state === null || !this.#canCall(state.endpoint)) return;
    const call = callOf(session, method, value);
    return this.#parts.handlers.call(state.endpoint.handler, call, state.globals) as MaybePromise;
  }

  // A handler may have been removed on purpose, together with its endpoint.
  #canCall({ name, handler }: Endpoint): boolean {
    const { endpoints, handlers } = this.#parts;
    return endpoints.byName.has(name) || handlers.has(handler);
  }

  // The last sessions of a removed endpoint are closed by the handler that it had.
  #stateOf(session: HostSession): EndpointSession | null {
    const endpoint = this.#parts.endpoints.byName.get(nameFor(session));
    const state = session.instance instanceof EndpointSession ? session.instance : null;
    if (state !== null) {
      state.endpoint = endpoint ?? state.endpoint;
      return state;
    }
    if (endpoint === undefined) return null;
    const made = new EndpointSession(endpoint, this.#parts.globalsStore.create(session));
    session.instance = made;
    return made;
  }
}

/** The route of the published v4 endpoints. */
export const ENDPOINT_ROUTE = "/websockets/v4/service/:endpoint";

interface EndpointParts {
  readonly script: ScriptContext;
  readonly endpoints: Endpoints;
  readonly handlers: HandlerModules;
  readonly globalsStore: ModuleGlobalsStore;
}

/** The texts for `onError`, by the close codes of a broken connection. */
const BROKEN: ReadonlyMap<number, string> = new Map([
  [1002, "the client broke the protocol"],
  [1006, "the connection was lost"],
  [1007, "the client sent text that is not UTF-8"],
  [1009, "the client sent a message that is too long"],
]);

// On a plain WebSocket the sender is known by its session.
function callOf({ id }: HostSession, method: HandlerCall["method"], value?: string): HandlerCall {
  if (value === undefined) return { method };
  return method === "onMessage" ? { method, value, from: id, isFromOptional: true } : { method, value };
}

function nameFor(session: HostSession): string {
  return session.handshake.params?.["endpoint"] ?? "";
}
