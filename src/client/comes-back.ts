// Client: after which close codes a client connects again, and the server's hint when.

/** Whether a new connection can help; a test holds this to the table in `src/boundary/errors/` and to `docs/errors.md`. */
export function comesBack(code: number): boolean {
  return [1001, 1006, 1011, 1012, 1013].includes(code);
}

/** The pause that the server asks for in the reason of a close, ms: `retry-after=3.2`; null for none. */
export function retryAfter(reason: string): number | null {
  const [, seconds] = /\bretry-after=(\d+(?:\.\d+)?)/.exec(reason) ?? [];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
