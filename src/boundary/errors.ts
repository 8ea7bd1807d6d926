/**
 * What can go wrong, by code, in one line each; `docs/errors.md` tells more of every one. In braces: what the place
 * where it happens knows.
 */
export const ERRORS = {
  PARLOR_APP_EMPTY: "the app's folder holds no script",
  PARLOR_APP_MISSING: "the app's folder does not exist",
  PARLOR_CONFIG: "the app's parlor.config file has a wrong option, or is no plain data",
  PARLOR_CONFIG_TWICE: "the app has more than one parlor.config file, so none is read",
  PARLOR_FILE_SIZE: "a file of the app is too large for what it is",
  PARLOR_HOST_UNKNOWN: "the address to listen on is not one of this machine's",
  PARLOR_HTTP_RESPONSE: "{script}: {what} in the answer to {method} {path}, so {outcome}; {fix}",
  PARLOR_HTTP_SLOW_READER:
    "{script}: the client of {method} {path} left {bytes} bytes unread, so the response was cut; stream in smaller parts",
  PARLOR_HTTP_TIMEOUT:
    "{script}: no answer to {method} {path} after {seconds} s, so the client got 503; return a Response sooner",
  PARLOR_LINK_BROKEN: "a symbolic link in the app leads to nothing",
  PARLOR_LINK_OUTSIDE: "a symbolic link leads out of the app's folder, so it is not followed",
  PARLOR_NOTHING_SERVED: "none of the app's scripts can be served",
  PARLOR_OPTION: "an option of the server is wrong",
  PARLOR_PORT_DENIED: "this user may not listen on the port",
  PARLOR_PORT_IN_USE: "another program listens on the port",
  PARLOR_ROUTE_NAME: "a file's name cannot be a route",
  PARLOR_ROUTE_TAKEN: "two files claim the same route, so neither is served",
  PARLOR_SCRIPT_CONTRACT: "a script exports something that it may not export so",
  PARLOR_SCRIPT_EXTENSION: "a file looks like a script, but its name ends differently",
  PARLOR_SCRIPT_IMPORT: "a script imports something that is not there",
  PARLOR_SCRIPT_LOOPS: "a script does not finish loading",
  PARLOR_SCRIPT_SYNTAX: "a script has a syntax error",
  PARLOR_SCRIPT_THROWS: "a script throws while it loads",
  PARLOR_SHARED_STATE: "a script seems to share state that every connection has its own copy of",
} as const;

/** A code that `docs/errors.md` documents. */
export type ErrorCode = keyof typeof ERRORS;

/** The code's text, with what is known in place of its braces. */
export function errorText(code: ErrorCode, values: Readonly<Record<string, string | number>> = {}): string {
  const known = new Map(Object.entries(values));
  return ERRORS[code].replace(/\{(\w+)\}/g, (braces, name: string) => String(known.get(name) ?? braces));
}

/** An error that a person can do something about: one line that says what, where and what to do. */
export class ParlorError extends Error {
  override readonly name = "ParlorError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
