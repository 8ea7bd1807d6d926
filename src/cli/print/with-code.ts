// CLI: puts the code of an error behind its text.

/** `withCode("port 8080 is in use", "PARLOR_PORT_IN_USE")` is `port 8080 is in use [PARLOR_PORT_IN_USE]`. */
export function withCode(text: string, code: string): string {
  return `${text} [${code}]`;
}
