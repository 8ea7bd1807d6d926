// Dialect: the published module `log/v4/logging`.
import { stringFor } from "../../../boundary/checks.ts";
import { LINE_LEVELS, type LogLevels } from "../state/log-levels.ts";
import type { Execution } from "../state/execution.ts";

/** Loggers, whose lines go to the console of the modules with the logger's name in front. */
export function loggingModule({ globals, program: { logLevels } }: Execution): object {
  const console = globals.values["console"] as LogConsole;
  return {
    getLogger: (name: unknown) =>
      loggerOf(stringFor("logging.getLogger", "loggerName", name), console, logLevels),
  };
}

/** The published logger: a method for each level, and a question whether it writes lines of that level. */
function loggerOf(name: string, console: LogConsole, levels: LogLevels): object {
  const log = (message: unknown, level: unknown, ...values: readonly unknown[]): void => {
    const line = stringFor("logger.log", "level", level).toUpperCase();
    if (!levels.has(name, line)) return;
    const [error, ...others] = values;
    const isError = error instanceof Error;
    const text = `${name}: ${filled(String(message), isError ? others : values)}`;
    console[methodOf(line)](...(isError ? [text, error] : [text]));
  };
  const logger: Record<string, unknown> = { log };
  logger["setLevel"] = (level: unknown) => {
    levels.set(name, stringFor("logger.setLevel", "level", level));
    return logger;
  };
  for (const level of LINE_LEVELS) {
    const method = level.toLowerCase();
    logger[method] = (message: unknown, ...values: readonly unknown[]) => log(message, level, ...values);
    logger[`is${level.charAt(0)}${method.slice(1)}Enabled`] = () => levels.has(name, level);
  }
  return logger;
}

type LogConsole = Readonly<Record<LogMethod, (...values: readonly unknown[]) => void>>;

type LogMethod = "debug" | "info" | "warn" | "error";

// The console's own `trace` writes a stack, which the published level does not.
function methodOf(level: string): LogMethod {
  return level === "TRACE" ? "debug" : (level.toLowerCase() as LogMethod);
}

// Published: each `{}` stands for the next value.
function filled(message: string, values: readonly unknown[]): string {
  let next = 0;
  return message.replaceAll("{}", (braces) => (next < values.length ? textOf(values[next++]) : braces));
}

function textOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
