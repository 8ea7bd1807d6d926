// Host: what packages write to the standard streams of a thread or process becomes lines of the host's log.
import { StringDecoder } from "node:string_decoder";
import type { Loop } from "../../../boundary/clock.ts";
import type { LogLevel } from "../../../boundary/log-line.ts";

/**
 * Takes the standard streams, and the warnings that Node would write to one of them. The log is bounded, and the streams
 * are not: a package that writes without end would take the memory of the server, and its time.
 */
export function takeStandardOutput(loop: Loop, log: (level: LogLevel, text: string) => void): void {
  takeStream(process.stdout, new LineBuffer(loop, (text) => log("info", text)));
  takeStream(process.stderr, new LineBuffer(loop, (text) => log("warn", text)));
  process.removeAllListeners("warning");
  process.on("warning", (warning) => log("warn", `${warning.name}: ${warning.message}`));
}

function takeStream(stream: NodeJS.WriteStream, lines: LineBuffer): void {
  const write = (chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
    lines.add(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
    const written = typeof encoding === "function" ? encoding : callback;
    if (typeof written === "function") process.nextTick(written as () => void);
    return true;
  };
  stream.write = write;
}

/** Splits what is written into lines. An unfinished line leaves at the end of the turn. */
export class LineBuffer {
  readonly #loop: Loop;
  readonly #line: (text: string) => void;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #isPlanned = false;

  constructor(loop: Loop, line: (text: string) => void) {
    this.#loop = loop;
    this.#line = line;
  }

  add(chunk: string | Uint8Array, encoding: BufferEncoding): void {
    const lines = (this.#rest + this.#textOf(chunk, encoding)).split(/\r?\n/);
    const rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
    this.#rest = rest.length > LONGEST_REST ? "" : rest;
    if (rest.length > LONGEST_REST) this.#line(rest);
    if (this.#rest !== "") this.#plan();
  }

  #textOf(chunk: string | Uint8Array, encoding: BufferEncoding): string {
    if (typeof chunk === "string" && (encoding === "utf8" || encoding === "utf-8")) return chunk;
    return this.#decoder.write(typeof chunk === "string" ? Buffer.from(chunk, encoding) : Buffer.from(chunk));
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#loop.atTurnEnd(this.#flush);
  }

  readonly #flush = (): void => {
    this.#isPlanned = false;
    if (this.#rest !== "") this.#line(this.#rest);
    this.#rest = "";
  };
}

/** Characters of a line that has no end yet. */
const LONGEST_REST = 64 * 1024;
