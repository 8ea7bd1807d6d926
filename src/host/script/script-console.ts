// Host: the `console` of scripts.
import { Console } from "node:console";
import type { LogLevel } from "../../boundary/log-line.ts";

/** A `console` whose lines leave the host at once, so that they survive a crash. FORCE_COLOR is for terminals. */
export function scriptConsole(log: (level: LogLevel, text: string) => void): Console {
  const consoleAt = (level: LogLevel): Console =>
    new Console({ stdout: lineSink((text) => log(level, text)), colorMode: false });
  const info = consoleAt("info");
  const bind = (level: LogLevel, method: "log" | "trace" | "assert"): unknown => {
    const target = consoleAt(level);
    return target[method].bind(target);
  };
  return Object.assign(info, {
    debug: bind("debug", "log"),
    warn: bind("warn", "log"),
    error: bind("error", "log"),
    trace: bind("debug", "trace"),
    assert: bind("error", "assert"),
  });
}

// Console wants a stream but only ever calls these; one call is one line, its end included.
function lineSink(line: (text: string) => void): NodeJS.WritableStream {
  const sink = {
    write: (text: string) => (line(text.endsWith("\n") ? text.slice(0, -1) : text), true),
    on: () => sink,
    once: () => sink,
    removeListener: () => sink,
    listenerCount: () => 0,
  };
  return sink as unknown as NodeJS.WritableStream;
}
