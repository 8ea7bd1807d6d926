// CLI: keeps the password of a URL out of the list of the machine's processes.

/** The title of this process for its arguments; null: they may be shown as they are. */
export function titleFor(args: readonly string[]): string | null {
  const shown = args.map((arg) => arg.replace(LOGIN, "$1").replace(QUERY, "$1"));
  return shown.every((arg, at) => arg === args[at]) ? null : ["parlor", ...shown].join(" ");
}

/** User and password, up to the last `@` before the path. */
const LOGIN = /((?:redis|rediss|nats|tls):\/\/)[^/]*@/;
const QUERY = /((?:redis|rediss|nats|tls):\/\/[^?#]*)[?#].*/;
