import { TraceMap, encodedMappings, originalPositionFor } from "@jridgewell/trace-mapping";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyEdits, blank } from "../../../src/load/bundle/edits.ts";

/** A map that maps each character to itself. */
function identity(code: string): string {
  const mappings = code
    .split("\n")
    .map((line, row) => [...line].map((_, column) => [column, 0, row, column]));
  const map = new TraceMap({ version: 3, sources: ["a"], names: [], mappings: mappings as never });
  return JSON.stringify({ version: 3, sources: ["a"], names: [], mappings: encodedMappings(map) });
}

function traced(map: string, line: number, column: number) {
  const { line: row, column: at } = originalPositionFor(new TraceMap(map), { line, column });
  return [row, at];
}

test("columns behind an edit move along, those before it stay", () => {
  const code = "aa bb cc\ndd ee";
  const edited = applyEdits({ code, map: identity(code) }, [
    { start: 3, end: 5, text: "long-name" },
    { start: 9, end: 11, text: "x" },
  ]);
  expect(edited.code).toBe("aa long-name cc\nx ee");
  expect(traced(edited.map, 1, 13)).toEqual([1, 6]);
  expect(traced(edited.map, 1, 0)).toEqual([1, 0]);
  expect(traced(edited.map, 2, 2)).toEqual([2, 3]);
});

test("removed code leaves its line breaks", () => {
  const code = "import {\n  a\n} from 'b'; c";
  const edited = applyEdits({ code, map: identity(code) }, [blank(code, 0, code.indexOf(" c"))]);
  expect(edited.code).toBe("\n\n c");
  expect(traced(edited.map, 3, 1)).toEqual([3, code.split("\n")[2]!.indexOf("c", 5)]);
});

test("every character that is left maps to where it was", () => {
  const lines = fc.array(fc.stringMatching(/^[a-z]{0,12}$/), { minLength: 1, maxLength: 4 });
  const cuts = fc.array(fc.tuple(fc.nat(60), fc.nat(5), fc.stringMatching(/^[A-Z]{0,6}$/)), { maxLength: 5 });
  fc.assert(
    fc.property(lines, cuts, (rows, wanted) => {
      const code = rows.join("\n");
      let last = 0;
      const edits = wanted
        .toSorted(([a], [b]) => a - b)
        .flatMap(([start, length, text]) => {
          const end = Math.min(start + length, code.length);
          if (start < last || start >= end || code.slice(start, end).includes("\n")) return [];
          last = end;
          return [{ start, end, text }];
        });
      const edited = applyEdits({ code, map: identity(code) }, edits);
      edited.code.split("\n").forEach((line, row) => {
        [...line].forEach((letter, column) => {
          if (letter < "a") return;
          const [originalRow, originalColumn] = traced(edited.map, row + 1, column);
          expect(rows[originalRow! - 1]?.[originalColumn!]).toBe(letter);
          expect(originalRow).toBe(row + 1);
        });
      });
    }),
  );
});
