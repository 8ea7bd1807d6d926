// Dialect: an event of a stream as its clients read it (HTML standard, server-sent events).
/** The lines of an event. Line breaks in the data start further lines, so that no data ends the event. */
export function sseEvent(data: string, name: string | null): string {
  const safeName = name?.replace(/[\r\n:]/g, "") ?? "";
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${safeName === "" ? "" : `event: ${safeName}\n`}${lines.join("")}\n`;
}

/** A comment, which keeps proxies from closing a silent connection. */
export const PING = ":ping\n\n";
