// Dialect: what a Ring program in a server writes, as lines of its log.
import { toText } from "../runtime/bytes.ts";

/** Collects output until a line is complete. */
export class OutputLines {
  readonly #log: (line: string) => void;
  #rest = "";

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  readonly write = (bytes: string): void => {
    const lines = (this.#rest + bytes).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#log(toText(line));
  };

  /** Logs a line that has no end: the code that wrote it has returned. */
  flush(): void {
    if (this.#rest !== "") this.write("\n");
  }
}
