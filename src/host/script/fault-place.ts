// Host: finds the file and line of a fault in a stack.
/**
 * The place nearest to a fault in the files of a folder, as `dirigible/chat.js:3:9`. Such files are run as they are, under
 * their names in the app: no map leads to them.
 */
export function placeIn(stack: string, folder: string): string | null {
  const places = stack.split("\n").map((line) => /^\s+at .*?([^\s(]+:\d+:\d+)\)?$/.exec(line)?.[1]);
  return places.find((place) => place?.startsWith(`${folder}/`)) ?? null;
}
