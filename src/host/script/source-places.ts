// Host: from a place in compiled code to the place in its source.
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";

/** A place as stacks name it, counted from 1. */
export interface CodePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Finds sources by the source map of one compiled script. `name` is the script's name in stacks; other places have no source. */
export function sourcePlaces(map: string, name: string): FindSource {
  const trace = new TraceMap(map);
  return ({ file, line, column }) => {
    if (file !== name || line < 1) return null;
    const found = originalPositionFor(trace, { line, column: column - 1 });
    return found.source === null ? null : { line: found.line, file: found.source };
  };
}

type FindSource = (place: CodePlace) => { readonly line: number; readonly file: string } | null;
