// Dialect: the published module `http/v4/response`.
import type { Execution } from "../state/execution.ts";
import { RESPONSE_CODES } from "./response-codes.ts";

/**
 * The platform's own templates for modules end with calls of it. Here there is no response that waits: printed text goes
 * to the log, and the other calls have no effect.
 */
export function responseModule({ globals }: Execution): object {
  const console = globals.values["console"] as Printer;
  const print = (text: unknown = ""): void => console.log(String(text));
  return {
    ...RESPONSE_CODES,
    ...Object.fromEntries(WITHOUT_EFFECT.map((name) => [name, nothing])),
    ...{ print, println: print, write: print, json: (value: unknown) => print(JSON.stringify(value)) },
    ...{ isValid: () => false, isCommitted: () => false, containsHeader: () => false },
    ...{ getHeader: () => null, getHeaders: () => [], getHeaderNames: () => [] },
    ...{ getContentType: () => null, getCharacterEncoding: () => "UTF-8" },
    ...{ encodeURL: String, encodeRedirectURL: String },
    sendError: (status: unknown, message: unknown = "") =>
      print(`${String(status)} ${String(message)}`.trim()),
  };
}

const WITHOUT_EFFECT = [
  ...["flush", "close", "reset", "setStatus", "setContentType", "setContentLength", "setCharacterEncoding"],
  ...["setHeader", "addHeader", "addCookie", "setLocale", "sendRedirect"],
];

const nothing = (): void => undefined;

interface Printer {
  log(text: string): void;
}
