import { describePayload } from "../../boundary/payload.ts";

/** Refuses what is not a string, naming the call: `HttpServer.registerFile takes a string as path, got a number`. */
export function stringFor(call: string, what: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`${call} takes a string as ${what}, got ${describePayload(value)}`);
}

export type ScriptFunction = (...args: readonly unknown[]) => unknown;

export function functionFor(call: string, what: string, value: unknown): ScriptFunction {
  if (typeof value === "function") return value as ScriptFunction;
  throw new TypeError(`${call} takes a function as ${what}, got ${describePayload(value)}`);
}

/** Nothing at all is an empty record: the argument may be left out. */
export function recordFor(call: string, what: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new TypeError(`${call} takes an object as ${what}, got ${describePayload(value)}`);
}

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** What a fault says to a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
