// Base: the texts about options that do not exist or have a wrong value.
import { describe } from "./boundary/text/describe.ts";
import { nearest } from "./boundary/text/nearest.ts";

/** `path must be …; it is …`. */
export function wrong(path: string, expected: string, got: unknown): string {
  return `${path} must be ${expected}; it is ${describe(got)}`;
}

/** There is no option of this name in its group; `known` has the names that there are. */
export function unknownOption(path: string, name: string, known: Iterable<string>): string {
  const names = [...known];
  const meant = nearest(name, names);
  const better = meant === null ? `there are: ${names.join(", ")}` : `did you mean "${meant}"?`;
  return `there is no option "${path}"; ${better}`;
}
