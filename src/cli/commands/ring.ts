// CLI: `parlor ring`, which runs a program in Ring that serves nothing.
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { formatProblem, runRing } from "../../server/ring/run-ring.ts";
import { byteWriter } from "../print/byte-writer.ts";
import { UsageError } from "../print/failure.ts";
import type { Terminal } from "../print/terminal.ts";
import { visible } from "../../visible.ts";

/** Runs a program to its end. Returns 1 if it does not load, or ends with an error that it does not catch. */
export async function ring(name: string, args: readonly string[], terminal: Terminal): Promise<number> {
  const file = resolve(name);
  await refuseNoFile(name, file);
  const ended = await runRing({ file, args, environment: process.env, write: byteWriter(1) });
  if (typeof ended === "boolean") return ended ? 0 : 1;
  for (const problem of ended) terminal.err(visible(formatProblem(problem)));
  return 1;
}

async function refuseNoFile(name: string, file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found === null) throw new UsageError(`there is no such file: ${name}`);
  if (!found.isFile()) throw new UsageError(`this is not a file: ${name}; name a file that ends in .ring`);
  if (!/\.ring$/i.test(name))
    throw new UsageError(`this is not a program in Ring: ${name}; its name must end in .ring`);
  if (loadsBolt.test(await readFile(file, "latin1")))
    throw new UsageError(
      `${name} is a program for a server; put it into bolt/ of an app, and use parlor serve`,
    );
}

const loadsBolt = /^\s*load\s+["']bolt\.ring["']/im;
