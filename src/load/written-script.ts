// Load: a script as it is written, without its types, for a look at what it likely means.
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { build } from "esbuild";
import { parseModule, type ModuleAst } from "./bundle/syntax.ts";

/** A script's own file as JavaScript. Not bundled, because the bundler rewrites declarations. */
export interface WrittenScript {
  readonly program: ModuleAst;
  /** Where a node is in the file, both counted from 1. */
  placeOf(at: number): { readonly line: number | null; readonly column: number | null };
}

/** Reads a script's file; null for one with a syntax error, which is reported elsewhere. */
export async function readWrittenScript(file: string): Promise<WrittenScript | null> {
  const made = await withoutTypes(file);
  if (made === null) return null;
  const { code, map } = made;
  return {
    program: parseModule(code),
    placeOf(at) {
      const before = code.slice(0, at).split("\n");
      const generated = { line: before.length, column: (before.at(-1) ?? "").length };
      const { line, column } = originalPositionFor(new TraceMap(map), generated);
      return { line, column: column === null ? null : column + 1 };
    },
  };
}

async function withoutTypes(file: string): Promise<{ code: string; map: string } | null> {
  const options = {
    bundle: false,
    write: false,
    outfile: "out.js",
    format: "esm",
    target: "node20",
  } as const;
  const made = await build({
    ...options,
    entryPoints: [file],
    sourcemap: "external",
    logLevel: "silent",
  }).catch(() => null);
  const [map, code] = made?.outputFiles.map(({ text }) => text) ?? [];
  return map === undefined || code === undefined ? null : { code, map };
}
