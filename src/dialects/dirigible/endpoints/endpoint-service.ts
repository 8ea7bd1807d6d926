import type { MaybePromise, ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import type { Payload } from "../../../boundary/payload.ts";
import { isPromise } from "../checks.ts";
import type { Endpoint, Endpoints } from "./endpoints.ts";
import type { HandlerModules } from "./handler-modules.ts";
import type { ModuleGlobals } from "../script-globals.ts";

/** The route of the published v4 endpoints. */
export const ENDPOINT_ROUTE = "/websockets/v4/service/:endpoint";

/** What a handler is told as the error of a connection that ended so. */
const BROKEN: ReadonlyMap<number, string> = new Map([
  [1002, "the client broke the protocol"],
  [1006, "the connection was lost"],
  [1007, "the client sent text that is not UTF-8"],
  [1009, "the client sent a message that is too long"],
]);

/** A session of an endpoint: which one, as last known, and its modules' globals. */
export class EndpointSession {
  endpoint: Endpoint;
  readonly globals: ModuleGlobals;

  constructor(endpoint: Endpoint, globals: ModuleGlobals) {
    this.endpoint = endpoint;
    this.globals = globals;
  }
}

interface Ports {
  readonly script: ScriptContext;
  readonly endpoints: Endpoints;
  readonly handlers: HandlerModules;
  createGlobals(session: HostSession): ModuleGlobals;
}

/** Serves the clients of the registry's `*.websocket` artefacts. */
export class EndpointService {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Upstream lets everybody in and then ignores who came to an endpoint that does not exist. */
  upgrade(session: HostSession): void {
    const { script, endpoints } = this.#ports;
    const name = nameFor(session);
    if (endpoints.get(name) !== undefined) script.directory.accept(session);
    else
      script.directory.refuse(
        session,
        404,
        `no *.websocket file defines the endpoint ${JSON.stringify(name)}`,
      );
  }

  open(session: HostSession): MaybePromise {
    return this.#tell(session, "onOpen");
  }

  /** A string that the handler returns is sent to who sent the message, as later versions of the platform do. */
  message(session: HostSession, data: Payload): MaybePromise {
    if (typeof data !== "string")
      return this.#ports.script.directory.close(session, 1003, "this endpoint takes text, not bytes");
    const answer = this.#tell(session, "onMessage", data);
    return isPromise(answer)
      ? answer.then((settled) => this.#answer(session, settled))
      : this.#answer(session, answer);
  }

  /** Published: `onError` tells what went wrong with the connection, and nothing that a handler threw. */
  close(session: HostSession, code: number, reason: string): MaybePromise {
    const broken = BROKEN.get(code);
    const told = broken === undefined ? undefined : this.#tellError(session, reason === "" ? broken : reason);
    return isPromise(told) ? told.then(() => this.#tell(session, "onClose")) : this.#tell(session, "onClose");
  }

  /** The artefacts have changed: who is connected to an endpoint that is gone, has to go. */
  sweep(): void {
    const { script, endpoints } = this.#ports;
    for (const session of script.directory.allOwn()) {
      if (session.route !== ENDPOINT_ROUTE || endpoints.get(nameFor(session)) !== undefined) continue;
      script.directory.close(session, 1001, "the endpoint has been removed");
    }
  }

  // A fault in here must not cost the handler its onClose.
  #tellError(session: HostSession, text: string): MaybePromise {
    const fault = (error: unknown): void => this.#ports.script.fault(error, "onError");
    try {
      const told = this.#tell(session, "onError", text);
      return isPromise(told) ? told.then(undefined, fault) : undefined;
    } catch (error) {
      fault(error);
    }
  }

  #answer(session: HostSession, answer: unknown): void {
    if (typeof answer === "string" && session.isOpen) this.#ports.script.commands.send(session.ref, answer);
  }

  #tell(
    session: HostSession,
    method: "onOpen" | "onMessage" | "onError" | "onClose",
    value?: string,
  ): MaybePromise {
    const state = this.#stateOf(session);
    if (state === null || !this.#canTell(state.endpoint)) return;
    const call = value === undefined ? { method } : { method, value };
    return this.#ports.handlers.call(state.endpoint.handler, call, state.globals) as MaybePromise;
  }

  // With its endpoint, a handler may have been removed on purpose.
  #canTell({ name, handler }: Endpoint): boolean {
    const { endpoints, handlers } = this.#ports;
    return endpoints.get(name) !== undefined || handlers.has(handler);
  }

  // An endpoint that has been removed is told of its last sessions' ends by the handler that it had.
  #stateOf(session: HostSession): EndpointSession | null {
    const endpoint = this.#ports.endpoints.get(nameFor(session));
    const state = session.instance instanceof EndpointSession ? session.instance : null;
    if (state !== null) {
      state.endpoint = endpoint ?? state.endpoint;
      return state;
    }
    if (endpoint === undefined) return null;
    const made = new EndpointSession(endpoint, this.#ports.createGlobals(session));
    session.instance = made;
    return made;
  }
}

function nameFor(session: HostSession): string {
  return session.handshake.params?.["endpoint"] ?? "";
}
