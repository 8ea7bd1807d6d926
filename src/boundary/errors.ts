// Boundary: the table of all errors, problems and log lines with a code, and the functions that fill in their texts.
import { hostErrors } from "./errors/host-errors.ts";
import { httpErrors } from "./errors/http-errors.ts";
import { loadErrors } from "./errors/load-errors.ts";
import { clusterErrors } from "./errors/cluster-errors.ts";
import { contractErrors } from "./errors/contract-errors.ts";
import { cronErrors } from "./errors/cron-errors.ts";
import { limitErrors } from "./errors/limit-errors.ts";
import { serverErrors } from "./errors/server-errors.ts";

/** Every code with its texts, its log level, its cause and its remedy. `docs/errors.md` is generated from this table. */
export const ERRORS = {
  ...clusterErrors,
  ...contractErrors,
  ...cronErrors,
  ...hostErrors,
  ...httpErrors,
  ...limitErrors,
  ...loadErrors,
  ...serverErrors,
} as const;

type Table = typeof ERRORS;

/** A code that `docs/errors.md` documents. */
export type ErrorCode = keyof Table;

/** Names one text: a code, or `CODE/case` where a code has a text for each of several cases. */
export type ErrorKey = {
  [C in ErrorCode]: Table[C]["text"] extends string ? C : `${C}/${CaseOf<C>}`;
}[ErrorCode];

/** The values that a text needs for its braces. */
export type ErrorValues<K extends ErrorKey> = Readonly<Record<Braces<TextOf<K>>, string | number>>;

type CaseOf<C extends ErrorCode> = keyof Table[C]["text"] & string;

type TextOf<K extends ErrorKey> = K extends ErrorCode
  ? Table[K]["text"]
  : K extends `${infer C extends ErrorCode}/${infer Case}`
    ? Table[C]["text"][Case & keyof Table[C]["text"]]
    : never;

type Braces<T> = T extends `${string}{${infer Inner}}${infer Rest}` ? NameIn<Inner> | Braces<Rest> : never;

// `{count}`, or `{count|session was|sessions were}`, which depends on whether the count is 1.
type NameIn<Inner> = Inner extends `${infer Name}|${string}` ? Name : Inner;

/** An error whose message is a text of the table: what happened, where, and what to do. */
export class ParlorError<K extends ErrorKey = ErrorKey> extends Error {
  override readonly name = "ParlorError";
  readonly code: ErrorCode;

  constructor(key: K, values: ErrorValues<K>, cause?: unknown) {
    super(errorText(key, values), cause === undefined ? undefined : { cause });
    this.code = codeOf(key);
  }
}

/** The text of the key with the values in place of its braces. */
export function errorText<K extends ErrorKey>(key: K, values: ErrorValues<K>): string {
  return fillBraces(errorTemplate(key), values);
}

/** An error of a script's call with an argument or an effect beyond a bound. Its stack names the script's line. */
export function codedRangeError<K extends ErrorKey>(key: K, values: ErrorValues<K>): RangeError & CodedError {
  return Object.assign(new RangeError(errorText(key, values)), { code: codeOf(key) });
}

/** The same for data that is more than the call takes. */
export function codedTypeError<K extends ErrorKey>(key: K, values: ErrorValues<K>): TypeError & CodedError {
  return Object.assign(new TypeError(errorText(key, values)), { code: codeOf(key) });
}

interface CodedError {
  readonly code: ErrorCode;
}

/** A text of the table with its code. */
export interface CodedText {
  readonly code: ErrorCode;
  readonly text: string;
}

export function codedText<K extends ErrorKey>(key: K, values: ErrorValues<K>): CodedText {
  return { code: codeOf(key), text: errorText(key, values) };
}

/** The code of a key: its text up to the slash. */
export function codeOf(key: ErrorKey): ErrorCode {
  return key.split("/", 1)[0] as ErrorCode;
}

/** Whether a value is a code of the table. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERRORS, value);
}

/** The text of the key, its braces not filled in. */
export function errorTemplate(key: ErrorKey): string {
  const { text }: { readonly text: string | Readonly<Record<string, string>> } = ERRORS[codeOf(key)];
  return typeof text === "string" ? text : (text[key.slice(key.indexOf("/") + 1)] ?? "");
}

/** Values are taken as they are: braces in them are not filled in again. `{n|room|rooms}` is `1 room` or `2 rooms`. */
export function fillBraces(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(BRACES, (braces, name: string, one?: string, many?: string) => {
    const value = String(values[name] ?? braces);
    if (one === undefined) return value;
    return `${value} ${value === "1" ? one : many}`;
  });
}

const BRACES = /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g;
