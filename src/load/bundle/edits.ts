// Load: applies edits to code and to its source map.
import { TraceMap, decodedMappings, encodedMappings } from "@jridgewell/trace-mapping";
import type { SourceMapSegment } from "@jridgewell/trace-mapping";

/** Text that takes the place of code. Line breaks in it must be as many as in what it replaces. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Generated code and its source map, which always go together. */
export interface MappedCode {
  readonly code: string;
  readonly map: string;
}

/** Applies edits to code and shifts the columns of its source map accordingly. */
export function applyEdits({ code, map }: MappedCode, edits: readonly Edit[]): MappedCode {
  const sorted = edits.toSorted((a, b) => a.start - b.start);
  const edited = editedCode(code, sorted);
  const traced = new TraceMap(map);
  const shiftColumn = columnShifter(sorted, lineStarts(code), lineStarts(edited));
  const mappings = decodedMappings(traced).map((line, index) =>
    movedLine(line, (column) => shiftColumn(index, column)),
  );
  const moved = new TraceMap({ ...(JSON.parse(map) as object), version: 3, mappings } as never);
  return {
    code: edited,
    map: JSON.stringify({ ...(JSON.parse(map) as object), mappings: encodedMappings(moved) }),
  };
}

/** An edit that removes code and keeps its line breaks. */
export function blank(code: string, start: number, end: number): Edit {
  return { start, end, text: code.slice(start, end).replace(/[^\n]/g, "") };
}

function editedCode(code: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const edit of edits) {
    result += code.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + code.slice(at);
}

// Called with increasing positions only, so one pass over the edits is enough.
function columnShifter(edits: readonly Edit[], before: readonly number[], after: readonly number[]) {
  const waiting = [...edits];
  let shift = 0;
  return (line: number, column: number): number | null => {
    const offset = (before[line] ?? 0) + column;
    let [next] = waiting;
    while (next !== undefined && next.end <= offset) {
      shift += next.text.length - (next.end - next.start);
      waiting.shift();
      [next] = waiting;
    }
    // Replacing text keeps the start of the replaced code; removed code leaves no mapping.
    const gone = next !== undefined && (next.start < offset || (next.start === offset && next.text === ""));
    return gone ? null : offset + shift - (after[line] ?? 0);
  };
}

function movedLine(
  line: readonly SourceMapSegment[],
  shiftColumn: (column: number) => number | null,
): SourceMapSegment[] {
  const moved: SourceMapSegment[] = [];
  for (const segment of line) {
    const column = shiftColumn(segment[0]);
    if (column !== null) moved.push([column, ...segment.slice(1)] as unknown as SourceMapSegment);
  }
  return moved;
}

function lineStarts(code: string): number[] {
  const starts = [0];
  for (let at = code.indexOf("\n"); at !== -1; at = code.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
