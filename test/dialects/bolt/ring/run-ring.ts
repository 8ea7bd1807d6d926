// Runs a Ring program that serves nothing, and keeps its output.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { bundleRing } from "../../../../src/load/bundle/bundle.ts";
import { ringLibrary } from "../../../../src/dialects/bolt/ring/library/library.ts";
import type { RingFiles, RingRun } from "../../../../src/dialects/bolt/ring/runtime/builtin.ts";
import { fromArray, toArray, toText } from "../../../../src/dialects/bolt/ring/runtime/bytes.ts";
import { uncaughtText, type ProgramSource } from "../../../../src/dialects/bolt/ring/program/uncaught.ts";
import { RingProgram } from "../../../../src/dialects/bolt/ring/program/ring-program.ts";

/** The output of a program, as text; that of an error which it does not catch included. */
export async function outputOf(file: string): Promise<string> {
  const folder = dirname(file);
  const name = file.slice(folder.length + 1);
  const bundle = await bundleRing(file, { root: folder });
  if (Array.isArray(bundle)) throw new Error(JSON.stringify(bundle));
  let output = "";
  const program = new RingProgram(
    runFor(folder, (bytes) => (output += bytes)),
    ringLibrary(),
  );
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  try {
    compileFunction(bundle.code, ["$ring"], { filename: "ring-program" })(program);
  } catch (error) {
    output += uncaughtText(error, { file: name, placeOf: placesOf(bundle.map) });
  } finally {
    Error.stackTraceLimit = limit;
  }
  return toText(output);
}

function placesOf(map: string): ProgramSource["placeOf"] {
  const trace = new TraceMap(map);
  return ({ file, line, column }) => {
    if (file !== "ring-program") return null;
    const { source, line: at } = originalPositionFor(trace, { line, column: column - 1 });
    return source === null ? null : { line: at, file: source };
  };
}

function runFor(folder: string, write: (bytes: string) => void): RingRun {
  return {
    decimals: 2,
    clock: { now: () => Date.now(), offset: () => 0 },
    files: filesOf(folder),
    write,
    random: () => Math.random(),
    environment: () => "",
  };
}

function filesOf(folder: string): RingFiles {
  const at = (path: string): string => join(folder, toText(path));
  return {
    read: (path) => (existsSync(at(path)) ? fromArray(readFileSync(at(path))) : null),
    write: (path, bytes) => (writeFileSync(at(path), toArray(bytes)), true),
    remove: (path) => (rmSync(at(path)), true),
    rename: () => false,
    kindOf: (path) => (existsSync(at(path)) ? "file" : null),
    list: () => null,
  };
}
