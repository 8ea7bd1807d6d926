// Host: takes the code of all threads out of a thread's data, on the thread's side.
import { createRequire } from "node:module";
import { Script } from "node:vm";
import { workerData } from "node:worker_threads";
import type { NativeImport } from "../../script/imports/native-import.ts";
import type { ThreadCode } from "./thread-code.ts";

/** Returns the function that runs it. A script can import `workerData`, and must not find it there. */
export function takeThreadCode(): () => void {
  const data = workerData as { code?: ThreadCode };
  const { file, text, cache } = data.code!;
  delete data.code;
  const script = new Script(Buffer.from(text).toString("latin1"), {
    filename: file,
    cachedData: Buffer.from(cache),
  });
  const run = script.runInThisContext() as ThreadFunction;
  return () => run(createRequire(file), { exports: {} }, file, importHere);
}

// This file is a module of Node, in which `import()` works without conditions.
const importHere: NativeImport = (url, options) => import(url, options);

type ThreadFunction = (
  require: NodeJS.Require,
  module: object,
  file: string,
  importNatively: NativeImport,
) => void;
