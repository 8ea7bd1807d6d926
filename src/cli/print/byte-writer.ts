// CLI: writes bytes to a descriptor while a program runs that never yields.
import { writeSync } from "node:fs";

/**
 * Returns a function that writes a string whose characters are bytes, at once, so that a program that is ended has written all that it
 * printed. Output that is not read is dropped.
 */
export function byteWriter(descriptor: number): (text: string) => void {
  let isClosed = false;
  return (text) => {
    const bytes = Buffer.from(text, "latin1");
    for (let done = 0; done < bytes.length && !isClosed;) {
      const written = writeSome(descriptor, bytes.subarray(done));
      isClosed = written === null;
      done += written ?? 0;
    }
  };
}

// A pipe that is full is tried again after a moment: the program that fills it cannot wait in another way.
function writeSome(descriptor: number, bytes: Buffer): number | null {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return null;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    return 0;
  }
}

const PAUSE_MS = 5;
