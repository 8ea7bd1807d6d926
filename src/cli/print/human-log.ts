import type { Style, Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";

type Level = "debug" | "info" | "warn" | "error";

/** What goes with a line of the log, by name. */
export type LogFields = Readonly<Record<string, unknown>>;

const looks: Readonly<Record<Level, Style>> = { debug: "dim", info: "cyan", warn: "yellow", error: "red" };

/** One line of the log for a person: the time, the level, the text, then what goes with it. */
export function logLine(
  style: Terminal["style"],
  level: Level,
  entry: { readonly time: Date; readonly text: string; readonly fields: LogFields },
): string {
  const time = style("dim", entry.time.toTimeString().slice(0, 8));
  const rest = Object.entries(entry.fields).filter(([, value]) => value !== null && value !== undefined);
  const named = rest.map(([name, value]) => ` ${name}=${shown(value)}`).join("");
  return `${time} ${style(looks[level], level.padEnd(5))} ${visible(entry.text)}${style("dim", named)}`;
}

function shown(value: unknown): string {
  if (value instanceof Error) return quoted(value.message.split("\n", 1)[0] ?? "");
  if (typeof value !== "string") return visible(JSON.stringify(value) ?? String(value));
  return /^[^\s"=]+$/.test(value) ? visible(value) : quoted(value);
}

function quoted(text: string): string {
  return visible(JSON.stringify(text));
}

/** A log for people, in the shape the server logs in. Lines of level debug come with PARLOR_DEBUG=1. */
export function humanLog(terminal: Terminal): Record<Level, (fields: LogFields, text: string) => void> {
  const writer = (level: Level) => (fields: LogFields, text: string) => {
    terminal.err(logLine(terminal.style, level, { time: new Date(), text, fields }));
  };
  const silent = (): void => {};
  return {
    debug: process.env["PARLOR_DEBUG"] === "1" ? writer("debug") : silent,
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
  };
}
