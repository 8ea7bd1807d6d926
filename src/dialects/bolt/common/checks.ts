// Dialect: checks of the arguments of Bolt's calls, by their published signatures.
import { copiedBytes, describePayload, remedyFor } from "../../../boundary/payload.ts";

/**
 * Calls by their published signatures. Ring has no types in signatures, so the first letter of a name is its type: `cMessage` is text,
 * `nStatus` a number, `aData` anything. Published: a wrong type and a wrong number of arguments are errors. `owner` is
 * what scripts write in front of the name.
 */
export function callsOf(table: Readonly<Record<string, Run>>, owner = "$bolt."): Record<string, Call> {
  const calls = Object.entries(table).map(([signature, run]) => {
    return [callNameOf(signature), published(`${owner}${signature}`, run)] as const;
  });
  return Object.fromEntries(calls);
}

/** The name in a signature. */
export function callNameOf(signature: string): string {
  return signature.slice(0, signature.indexOf("("));
}

/** Throws if a call has another number of arguments; `hint` follows the text. */
export function countFor(signature: string, args: readonly unknown[], count: number, hint: string): void {
  if (args.length === count) return;
  const wanted = count === 1 ? "1 argument" : `${count} arguments`;
  throw new TypeError(`${signature} takes ${wanted}, got ${args.length}${hint}`);
}

/** A whole number of at least `least`; throws for any other. */
export function checkWhole(call: string, value: number, least = 0): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`$bolt.${call} takes a whole number of ${least} or more, got ${value}`);
}

/** A call as scripts see it: it checks its arguments before it does anything. */
export type Call = (...args: readonly unknown[]) => unknown;

type Run = (...args: never[]) => unknown;

interface Parameter {
  readonly name: string;
  readonly kind: "string" | "number" | "any";
}

function published(signature: string, run: Run): Call {
  const parameters = parametersOf(signature);
  return (...args) => {
    if (args.length !== parameters.length) throw new TypeError(countText(signature, parameters, args.length));
    for (const [at, parameter] of parameters.entries()) checkArgument(signature, parameter, args[at]);
    return run(...(args as never[]));
  };
}

function parametersOf(signature: string): Parameter[] {
  const inside = signature.slice(signature.indexOf("(") + 1, -1);
  return inside === "" ? [] : inside.split(", ").map((name) => ({ name, kind: kindOf(name) }));
}

function kindOf(name: string): Parameter["kind"] {
  if (name.startsWith("c")) return "string";
  return name.startsWith("n") ? "number" : "any";
}

function countText(signature: string, { length }: readonly Parameter[], got: number): string {
  const wanted = length === 0 ? "no argument" : length === 1 ? "1 argument" : `${length} arguments`;
  return `${signature} takes ${wanted}, got ${got}`;
}

function checkArgument(signature: string, { name, kind }: Parameter, value: unknown): void {
  if (kind === "any" || typeof value === kind) return;
  const remedy = kind === "string" ? textRemedy(value) : "";
  throw new TypeError(`${signature} takes a ${kind} as ${name}, got ${describePayload(value)}${remedy}`);
}

// Ring turns a number into text by concatenation only; an object is likely meant as JSON.
function textRemedy(value: unknown): string {
  if (copiedBytes(value) !== null) return "; bytes go by wsSendBinaryTo or wsRoomBroadcastBinary, as base64";
  if (typeof value === "object" && value !== null) return `; ${remedyFor(value, "$bolt.jsonEncode")}`;
  return value === undefined || value === null ? "" : '; did you mean "" + value?';
}
