import { describePayload } from "../../boundary/payload.ts";
import { nearest } from "../../boundary/nearest.ts";
import { wrongKind } from "./published-class.ts";

/** Parlor adds `onReload`: told of each session that comes over from the program's version before. */
export const HANDLERS = [
  "onPong",
  "onConnected",
  "onDisconnected",
  "handleText",
  "handleBinary",
  "onReload",
] as const;

export type HandlerName = (typeof HANDLERS)[number];

/** A script's own object: its functions are looked up when they are needed, and called as its methods. */
export type WebsocketHandlers = Readonly<Record<string, unknown>>;

/** Refuses what is no set of handlers; `warn` is told of names that nothing will ever call. */
export function handlersFor(value: unknown, warn: (text: string) => void): WebsocketHandlers {
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
    warn(`${call}: nothing calls ${name}${meant === null ? "" : `; did you mean ${meant}?`}`);
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
