// Dialect: the handlers that a script registers for a WebSocket path.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import { wrongKind } from "../common/checks.ts";
import { describePayload } from "../../../boundary/payload.ts";
import { nearest } from "../../../boundary/text/nearest.ts";

/** Parlor adds `onReload`, called for each session that the program takes over from its previous version. */
export const HANDLERS = [
  "onPong",
  "onConnected",
  "onDisconnected",
  "handleText",
  "handleBinary",
  "onReload",
] as const;

export type HandlerName = (typeof HANDLERS)[number];

/** An object of the script: its functions are looked up at each event, and called as its methods. */
export type WebsocketHandlers = Readonly<Record<string, unknown>>;

/** Returns the handlers; throws a TypeError for anything else. `log` gets a warning for each function that is never called. */
export function handlersFor(value: unknown, log: Pick<ScriptContext, "warn">): WebsocketHandlers {
  const call = "HttpServer.registerWebsocket";
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrongKind(call, "an object of handlers", value);
  }
  const handlers = value as WebsocketHandlers;
  for (const name of HANDLERS) {
    const handler = handlers[name];
    if (handler === undefined || handler === null || typeof handler === "function") continue;
    throw new TypeError(`${call}: ${name} is ${describePayload(handler)}, a function was expected`);
  }
  for (const name of Object.keys(handlers)) {
    if (typeof handlers[name] !== "function" || isKnown(name)) continue;
    const meant = nearest(name, HANDLERS);
    const hint = meant === null ? "" : `; did you mean ${meant}?`;
    log.warn("PARLOR_HANDLER_NAME/method", { call, name, hint });
  }
  return handlers;
}

/** Calls a handler, if there is one. */
export function callHandler(
  handlers: WebsocketHandlers,
  name: HandlerName,
  args: readonly unknown[],
): void | Promise<unknown> {
  const handler = handlers[name];
  if (typeof handler === "function") return Reflect.apply(handler, handlers, args) as void | Promise<unknown>;
}

function isKnown(name: string): boolean {
  return HANDLERS.some((known) => known === name);
}
