import { nearest } from "../boundary/nearest.ts";

/** What is said of a name that nothing has, in one line: what was probably meant, or all that there is. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const hint = meant === null ? `there are: ${known.join(", ")}` : `did you mean "${meant}"?`;
  return `there is no ${what} "${name}"; ${hint}`;
}
