// Dialect: what a program of the Scripting API keeps of a session.
import { callHandler, type HandlerName, type WebsocketHandlers } from "./http/websocket-handlers.ts";
import type { WebSocketSession } from "./api/web-socket-session.ts";

/** A session's published object, and the handlers of its path. */
export class ScriptingSessionState {
  readonly #program: object;
  readonly #api: WebSocketSession;
  readonly #handlers: WebsocketHandlers;

  constructor(program: object, api: WebSocketSession, handlers: WebsocketHandlers) {
    this.#program = program;
    this.#api = api;
    this.#handlers = handlers;
  }

  isOf(program: object): boolean {
    return this.#program === program;
  }

  has(name: HandlerName): boolean {
    return typeof this.#handlers[name] === "function";
  }

  call(name: HandlerName, ...more: readonly unknown[]): void | Promise<unknown> {
    return callHandler(this.#handlers, name, [this.#api, ...more]);
  }
}
