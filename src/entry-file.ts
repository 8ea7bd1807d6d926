// Base: finds the built entry of a thread or a process.
/**
 * Where the entry of a thread or a process lies: one file with all that it needs, which starts three times as fast as a
 * hundred small ones. Those of threads are CommonJS: each thread would load what Node has for ES modules. Node 20 runs
 * no `.ts` in a worker, so from the sources it is the built twin.
 */
export function entryFile(name: EntryName): URL {
  const folder = import.meta.url.endsWith(".ts") ? "../dist/entries/" : "./entries/";
  const ending = name.startsWith("thread") ? "cjs" : "js";
  return new URL(`${folder}${name}.bundle.${ending}`, import.meta.url);
}

type EntryName = "thread-entry" | "thread-code" | "probe-entry" | "process-entry" | "watch-entry";
