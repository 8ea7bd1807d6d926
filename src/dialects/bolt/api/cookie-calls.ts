// Dialect: the calls of `$bolt` for cookies.
import { callsOf, type Call } from "../common/checks.ts";
import { cookieLine, cookieValue } from "../http/cookies.ts";
import type { CallContext } from "../state/call-context.ts";
import { checkHeaderValue, currentExchange, isHeaderName } from "./response-calls.ts";

/** Published: "Cookies". In a WebSocket event there are none, and setting one does nothing. */
export function cookieCalls(context: CallContext): Record<string, Call> {
  const set = (call: string, name: string, value: string, attributes: string): void => {
    if (!isHeaderName(name)) {
      throw new TypeError(`$bolt.${call} takes the name of a cookie as cName, got ${JSON.stringify(name)}`);
    }
    checkHeaderValue(call, "cOptions", attributes);
    currentExchange(context, call)?.cookies.push(cookieLine(name, value, attributes));
  };
  return callsOf({
    "cookie(cName)": (name: string) => cookieValue(context.exchange?.header("cookie", "; ") ?? "", name),
    "setCookie(cName, cValue)": (name: string, value: string) => set("setCookie", name, value, WHOLE_SITE),
    "setCookieEx(cName, cValue, cOptions)": (name: string, value: string, options: string) =>
      set("setCookieEx", name, value, options),
    "deleteCookie(cName)": (name: string) => set("deleteCookie", name, "", `${WHOLE_SITE}; Max-Age=0`),
  });
}

/** Published: the default attributes. */
const WHOLE_SITE = "Path=/";
