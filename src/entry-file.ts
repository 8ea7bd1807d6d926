// Base: finds the built entry of a thread or a process.
/**
 * Where the entry of a thread or a process lies: one file with all that it needs, which starts three times as fast as a
 * hundred small ones. Node 20 runs no `.ts` in a worker, so from the sources it is the built twin.
 */
export function entryFile(name: EntryName): URL {
  const folder = import.meta.url.endsWith(".ts") ? "../dist/entries/" : "./entries/";
  return new URL(`${folder}${name}.bundle.js`, import.meta.url);
}

type EntryName = "thread-entry" | "probe-entry" | "process-entry" | "watch-entry";
