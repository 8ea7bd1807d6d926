// CLI: the server's log as lines for a person.
import { boundedLog } from "../../log.ts";
import { withCode } from "./with-code.ts";
import type { Style, Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";

/** A log that prints to a terminal. Lines of level debug are printed only with PARLOR_DEBUG=1. */
export function humanLog(terminal: Terminal): Record<Level, (fields: LogFields, text: string) => void> {
  const writer = (level: Level) => (fields: LogFields, text: string) => {
    terminal.err(logLine(terminal.style, level, { time: new Date(), text, fields }));
  };
  const silent = (): void => {};
  return boundedLog({
    debug: process.env["PARLOR_DEBUG"] === "1" ? writer("debug") : silent,
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
  });
}

/** The named values of a log entry. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * The time, the level, the first line of the text, the code in square brackets, then the other fields. Further lines of
 * the text follow, indented, so that none of them can pass for an entry of its own.
 */
export function logLine(
  style: Terminal["style"],
  level: Level,
  entry: { readonly time: Date; readonly text: string; readonly fields: LogFields },
): string {
  const time = style("dim", entry.time.toTimeString().slice(0, 8));
  const { code } = entry.fields;
  const hasCode = typeof code === "string";
  const [first = "", ...others] = entry.text.split(/\r?\n/);
  const text = hasCode ? withCode(first, code) : first;
  const rest = Object.entries(entry.fields).filter(
    ([name, value]) => value !== null && value !== undefined && !(hasCode && name === "code"),
  );
  const named = rest.map(([name, value]) => ` ${name}=${shown(value)}`).join("");
  const head = `${time} ${style(styles[level], level.padEnd(5))} ${visible(text)}${style("dim", named)}`;
  return [head, ...others.map((line) => `${INDENT}${visible(line)}`)].join("\n");
}

type Level = "debug" | "info" | "warn" | "error";

const styles: Readonly<Record<Level, Style>> = { debug: "dim", info: "cyan", warn: "yellow", error: "red" };

/** As wide as the time and the level. */
const INDENT = " ".repeat("00:00:00 error ".length);

function shown(value: unknown): string {
  if (value instanceof Error) return quoted(value.message.split("\n", 1)[0] ?? "");
  if (typeof value !== "string") return visible(JSON.stringify(value) ?? String(value));
  return /^[^\s"=]+$/.test(value) ? visible(value) : quoted(value);
}

function quoted(text: string): string {
  return visible(JSON.stringify(text));
}
