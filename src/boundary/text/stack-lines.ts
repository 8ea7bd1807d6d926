// Boundary: the lines of a stack that are worth a look. Its message may be as long as what a client has sent.

/** Without those that no frame is as long as: what looks for places in them takes the square of their length. */
export function stackLines(stack: string): string[] {
  return stack.split("\n").filter((line) => line.length <= LONGEST);
}

/** Characters. */
const LONGEST = 2000;
