// Server: runs a program in Ring that serves nothing, in this thread.
import { basename, dirname } from "node:path";
import { bundleRing, holdBundler, type Bundle } from "../../load/bundle/bundle.ts";
import type { AppProblem } from "../../load/files/app-problem.ts";
import { AppFiles } from "../../dialects/bolt/ring/library/files/app-files.ts";
import { ringLibrary } from "../../dialects/bolt/ring/library/library.ts";
import type { RingClock, RingRun } from "../../dialects/bolt/ring/runtime/builtin.ts";
import { toBytes } from "../../dialects/bolt/ring/runtime/bytes.ts";
import { RingProgram } from "../../dialects/bolt/ring/program/ring-program.ts";
import { uncaughtText } from "../../dialects/bolt/ring/program/uncaught.ts";
import { RingList } from "../../dialects/bolt/ring/runtime/values.ts";
import { compileScript } from "../../host/script/compile-script.ts";
import { nodePlatform } from "../../host/script/node-platform.ts";
import { sourcePlaces } from "../../host/script/source-places.ts";
import { realClock } from "../../real-clock.ts";

export { formatProblem } from "../../load/files/app-problem.ts";

/** A program, and where its output goes. */
export interface RingProgramFile {
  /** Absolute. The program's files are those of its folder. */
  readonly file: string;
  /** What the program finds in `sysargv` after its own name. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Gets each piece of the output, as a string whose characters are bytes. */
  readonly write: (bytes: string) => void;
}

/**
 * Runs the program to its end. Returns the problems that keep it from running; otherwise whether it ended without an error. The text of an
 * error that it does not catch is the end of its output, as the interpreter of Ring writes it.
 *
 * @example
 * await runRing({ file: "/home/ada/hello.ring", args: [], environment: process.env, write: (bytes) => process.stdout.write(bytes, "latin1") });
 */
export async function runRing(program: RingProgramFile): Promise<boolean | readonly AppProblem[]> {
  const bundle = await bundled(program.file);
  return "code" in bundle ? isRunToEnd(bundle, program) : bundle;
}

async function bundled(file: string): Promise<Bundle | readonly AppProblem[]> {
  const releaseBundler = holdBundler();
  try {
    return await bundleRing(file, { root: dirname(file) });
  } finally {
    releaseBundler();
  }
}

function isRunToEnd(
  { code, map, uses }: Bundle,
  { file, args, environment, write }: RingProgramFile,
): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = callsShown;
  const run = runOf(file, environment, write);
  try {
    const script = compileScript({ code, name: inStacks, async: false, uses, file });
    const program = new RingProgram(run, ringLibrary());
    program.global("sysargv").value = new RingList(["ring", basename(file), ...args].map(toBytes));
    void script.instantiate({ $ring: program });
    return true;
  } catch (error) {
    write(uncaughtText(error, { file: toBytes(basename(file)), placeOf: sourcePlaces(map, inStacks) }));
    return false;
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The name of the compiled code in stacks. */
const inStacks = "ring-program";
/** More calls than a stack has. */
const callsShown = 100_000;

function runOf(
  file: string,
  environment: RingProgramFile["environment"],
  write: (bytes: string) => void,
): RingRun {
  return {
    decimals: 2,
    clock: localClock,
    files: new AppFiles(nodePlatform(dirname(file), realClock).files, "is outside of the program's folder"),
    write,
    random: Math.random,
    environment: (name) => toBytes(environment[name] ?? ""),
  };
}

const localClock: RingClock = {
  ...realClock,
  offset: (time) => -new Date(time).getTimezoneOffset(),
};
