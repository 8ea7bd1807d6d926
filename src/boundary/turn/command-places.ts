// Boundary: how many places each command takes in a list of recorded commands.

/** By the command's code. */
const PLACES = [0, 3, 4, 3, 3, 4, 4, 4, 3, 5, 6, 6, 5, 3, 4, 2, 3, 5, 3, 4, 5, 3, 5];

/** Where the command that starts at `at` ends. */
export function endOfCommand(list: readonly unknown[], at: number): number {
  return at + (PLACES[list[at] as number] ?? 1);
}
