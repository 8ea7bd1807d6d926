// Dialect: the published module `http/v4/response`.
import type { Execution } from "../state/execution.ts";
import { GLOBAL_NAMES } from "../common/module-globals.ts";

/**
 * The platform's own templates for modules end with calls of it. Here there is neither a request nor a response: printed
 * text goes to the log, and the other calls have no effect.
 */
export function responseModule({ globals }: Execution): object {
  const console = globals.values[GLOBAL_NAMES.indexOf("console")] as Printer;
  const print = (text: unknown): void => console.log(String(text));
  return { print, println: print, write: print, flush: nothing, close: nothing, setContentType: nothing };
}

const nothing = (): void => undefined;

interface Printer {
  log(text: string): void;
}
