// Dialect: hands the messages of STOMP clients to the handlers of endpoints, and their results back.
import { cutText } from "../../../boundary/text/cut-text.ts";
import { isPromiseLike, messageOf } from "../../../boundary/checks.ts";
import { nearest } from "../../../boundary/text/nearest.ts";
import type { MaybePromise, ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import type { ModuleGlobalsStore } from "../common/module-globals.ts";
import type { HandlerCall, HandlerModules } from "../modules/handler-modules.ts";
import type { Endpoint, Endpoints } from "../registry/endpoints.ts";
import { errorDestination, replyDestination } from "./destination.ts";
import { readEndpointMessage, replyBody, type EndpointMessage } from "./endpoint-message.ts";
import { StompError } from "./protocol/stomp-error.ts";
import type { StompConnection } from "./stomp-connection.ts";
import type { StompSender } from "./stomp-sender.ts";

/**
 * Published: what `onMessage` returns is sent to the sender's queue for replies, and what went wrong to its queue for
 * errors. `onError` reports messages that cannot be read, never a fault of the handler.
 */
export class EndpointMessages {
  readonly #parts: EndpointMessagesParts;

  constructor(parts: EndpointMessagesParts) {
    this.#parts = parts;
  }

  /** Throws a StompError for an endpoint that does not exist. */
  take(from: StompClient, name: string, body: string): MaybePromise {
    const endpoint = this.#endpoint(name);
    const message = readEndpointMessage(body);
    if (typeof message === "string") return this.#unreadable(from, endpoint, message);
    const call: HandlerCall = { method: "onMessage", value: message.text, from: message.from };
    return this.#call(from, endpoint, call, (result) => this.#reply(from, endpoint, { message, result }));
  }

  #endpoint(name: string): Endpoint {
    const { byName } = this.#parts.endpoints;
    const endpoint = byName.get(name);
    if (endpoint !== undefined) return endpoint;
    const meant = nearest(name, byName.keys());
    const names = byName.size === 0 ? "none" : [...byName.keys()].join(", ");
    throw new StompError(
      `no *.websocket file defines the endpoint ${JSON.stringify(cutText(name))}`,
      meant === null ? `the endpoints are: ${names}` : `did you mean "${meant}"?`,
    );
  }

  #unreadable(client: StompClient, endpoint: Endpoint, text: string): MaybePromise {
    this.#report(client, endpoint, text);
    return this.#call(client, endpoint, { method: "onError", value: text });
  }

  // A result that cannot be written is a fault of the handler, too.
  #call(
    client: StompClient,
    endpoint: Endpoint,
    call: HandlerCall,
    done?: (result: unknown) => void,
  ): MaybePromise {
    const { handlers, globalsStore, script } = this.#parts;
    const globals = (client.connection.globals ??= globalsStore.create(client.session));
    const failed = (error: unknown): void => {
      script.fault(error, call.method);
      if (done !== undefined) this.#report(client, endpoint, messageOf(error));
    };
    try {
      const called = handlers.call(endpoint.handler, call, globals);
      if (isPromiseLike(called)) return Promise.resolve(called).then(done).catch(failed);
      done?.(called);
    } catch (error) {
      failed(error);
    }
  }

  #reply(client: StompClient, { name }: Endpoint, { message, result }: HandledMessage): void {
    const body = replyBody(message, result, this.#parts.script.platform.clock.now());
    this.#send(client, { destination: replyDestination(name), body, type: "application/json" });
  }

  #report(client: StompClient, endpoint: Endpoint, body: string): void {
    this.#send(client, { destination: errorDestination(endpoint.name), body, type: "text/plain" });
  }

  #send({ session, connection }: StompClient, { destination, body, type }: TypedMessage): void {
    this.#parts.sender.toUser(session, connection, { destination, body, headers: { "content-type": type } });
  }
}

/** A session of `/stomp`, and its state. */
export interface StompClient {
  readonly session: HostSession;
  readonly connection: StompConnection;
}

interface EndpointMessagesParts {
  readonly script: ScriptContext;
  readonly endpoints: Endpoints;
  readonly handlers: HandlerModules;
  readonly globalsStore: ModuleGlobalsStore;
  readonly sender: StompSender;
}

/** A message, and what its handler has returned. */
interface HandledMessage {
  readonly message: EndpointMessage;
  readonly result: unknown;
}

interface TypedMessage {
  readonly destination: string;
  readonly body: string;
  readonly type: string;
}
