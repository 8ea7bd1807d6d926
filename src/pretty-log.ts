// Base: the server's log as lines for a person.
import { isRecord } from "./boundary/checks.ts";
import type { LoggedError, LogLevel } from "./boundary/log-line.ts";
import { errorLines } from "./logged-error.ts";
import { visible } from "./visible.ts";

/** Writes the entries of a log as text: each is one line, and those of its stack or its table below. */
export function prettyWriter({ err, style }: PrettyOutput): (entry: PrettyEntry) => void {
  return (entry) => err(logLine(style, { ...entry, time: new Date() }));
}

/** Where the lines go, and in which styles. */
export interface PrettyOutput {
  readonly err: (lines: string) => void;
  readonly style: (style: LogStyle, text: string) => string;
}

export interface PrettyEntry {
  readonly level: LogLevel | "trace";
  readonly text: string;
  /** Its named values. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * The time, the level, the first line of the text, the code in square brackets, then the other fields. Further lines of
 * the text follow, then the stack; they are indented, so that none of them can pass for an entry of its own.
 */
export function logLine(style: PrettyOutput["style"], entry: PrettyEntry & { readonly time: Date }): string {
  const { err, code, ...fields } = entry.fields;
  const hasCode = typeof code === "string";
  const [first = "", ...others] = entry.text.split(/\r?\n/);
  const text = visible(hasCode ? withCode(first, code) : first);
  const named = Object.entries({ ...(hasCode ? {} : { code }), ...fields, ...(isLogged(err) ? {} : { err }) })
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ` ${name}=${shown(value)}`);
  const time = style("dim", entry.time.toTimeString().slice(0, 8));
  const head = `${time} ${style(STYLES[entry.level], entry.level.padEnd(5))} ${text}${style("dim", named.join(""))}`;
  const stack = isLogged(err) ? errorLines(err) : [];
  return [head, ...[...others, ...stack].map((line) => `${INDENT}${visible(line)}`)].join("\n");
}

/** `withCode("port 8080 is in use", "PARLOR_PORT_IN_USE")` is `port 8080 is in use [PARLOR_PORT_IN_USE]`. */
export function withCode(text: string, code: string): string {
  return `${text} [${code}]`;
}

export type LogStyle = "dim" | "red" | "yellow" | "cyan";

const STYLES: Readonly<Record<PrettyEntry["level"], LogStyle>> = {
  trace: "dim",
  debug: "dim",
  info: "cyan",
  warn: "yellow",
  error: "red",
};

/** As wide as the time and the level. */
const INDENT = " ".repeat("00:00:00 error ".length);

function isLogged(value: unknown): value is LoggedError {
  return isRecord(value) && typeof value["stack"] === "string" && typeof value["message"] === "string";
}

function shown(value: unknown): string {
  if (value instanceof Error) return quoted(value.message.split("\n", 1)[0] ?? "");
  if (typeof value !== "string") return visible(JSON.stringify(value) ?? String(value));
  return /^[^\s"=]+$/.test(value) ? visible(value) : quoted(value);
}

function quoted(text: string): string {
  return visible(JSON.stringify(text));
}
