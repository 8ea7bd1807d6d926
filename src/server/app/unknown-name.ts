// Server: what an error about an unknown name suggests.
import { nearest } from "../../boundary/text/nearest.ts";

/** The name that was probably meant, or the list of all names. */
export function hintFor(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === null ? `there are: ${known.join(", ")}` : `did you mean "${meant}"?`;
}
