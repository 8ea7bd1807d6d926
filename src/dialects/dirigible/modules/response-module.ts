import type { Execution } from "../execution.ts";
import { GLOBAL_NAMES } from "../script-globals.ts";

/**
 * The published `http/v4/response`, with which the platform's own templates for modules end. Here nobody waits for a
 * response: what is printed goes to the log, the rest does nothing.
 */
export function responseModule({ globals: globals }: Execution): object {
  const console = globals.values[GLOBAL_NAMES.indexOf("console")] as Console;
  const print = (text: unknown): void => console.log(String(text));
  return { print, println: print, write: print, flush: nothing, close: nothing, setContentType: nothing };
}

const nothing = (): void => undefined;
