// Host: the code that all threads run, read and compiled once, on the front's side.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { entryFile } from "../../../entry-file.ts";

/**
 * The code of all threads. To compile it costs a thread as much as the rest of its start, so the first thread of a
 * server causes this once, and threads share the result.
 */
export function threadCode(): ThreadCode {
  return (made ??= makeCode());
}

/** What a thread needs to run the code. The memory is shared: a copy for each thread would be most of its start. */
export interface ThreadCode {
  /** Where the code lies: in stacks, and packages of Parlor are looked for from there. */
  readonly file: string;
  /** Latin-1. */
  readonly text: SharedArrayBuffer;
  /** V8's compiled form of the text. */
  readonly cache: SharedArrayBuffer;
}

let made: ThreadCode | null = null;

function makeCode(): ThreadCode {
  const file = fileURLToPath(entryFile("thread-code"));
  const text = `(function (require, module, __filename, __import) {${readFileSync(file, "latin1")}\n})`;
  const cache = new Script(text, { filename: file }).createCachedData();
  return { file, text: shared(Buffer.from(text, "latin1")), cache: shared(cache) };
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytes.length);
  new Uint8Array(memory).set(bytes);
  return memory;
}
