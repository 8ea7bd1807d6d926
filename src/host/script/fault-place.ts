// Host: where a fault in the files of a folder happened, for its log line.
import { stackLines } from "../../boundary/text/stack-lines.ts";

/**
 * Returns the place nearest to the fault, as `dirigible/chat.js:3:9`. CommonJS files run unchanged, under their names in
 * the app, so they have no source map.
 */
export function placeIn(stack: string, folder: string): string | null {
  const places = stackLines(stack).map((line) => /^\s+at .*?([^\s(]+:\d+:\d+)\)?$/.exec(line)?.[1]);
  return places.find((place) => place?.startsWith(`${folder}/`)) ?? null;
}
