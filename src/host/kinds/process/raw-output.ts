// Host: what a process writes past its own log becomes lines of the log, on the front's side.
import type { Readable } from "node:stream";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import type { LogLevel, LogLine } from "../../../boundary/log-line.ts";
import { realClock, realLoop } from "../../../real-clock.ts";
import { ProgressRecord } from "../../runtime/progress-record.ts";
import { HostLog } from "../../script/host-log.ts";
import { LineBuffer } from "../common/standard-output.ts";

/**
 * A process writes directly to its descriptors when Node itself ends it, and so do the processes that a script starts.
 * The log is JSON, and has no place for bare text. A process that writes without end is not made to wait: most of it is
 * dropped unread.
 */
export class RawOutput {
  readonly #log: HostLog;

  constructor(spec: HostSpec, log: (line: LogLine) => void) {
    // The event in whose handling it was written is not known here.
    this.#log = new HostLog(spec, { log, progress: new ProgressRecord(), clock: realClock });
  }

  /** Reads one of the standard streams to its end, which may come after that of the process. */
  readonly take = (stream: Readable, level: LogLevel): void => {
    const lines = new LineBuffer(realLoop, (text) => this.#line(level, text));
    let [left, filledAt] = [READ_WHOLE, realClock.ticks()];
    stream.on("error", () => undefined);
    stream.on("data", (bytes: Buffer) => {
      const now = realClock.ticks();
      if (now - filledAt >= PERIOD) [left, filledAt] = [READ_WHOLE, now];
      left -= bytes.length;
      // The log's own bound drops and counts these lines.
      lines.add(left >= 0 ? bytes : bytes.subarray(0, READ_BEYOND), "utf8");
    });
  };

  #line(level: LogLevel, text: string): void {
    if (text.trim() !== "") this.#log.line({ level, text }, null);
  }
}

/** Bytes of a stream that are read as lines in a period, which is in ms; and of each chunk beyond. */
const READ_WHOLE = 262_144;
const PERIOD = 100;
const READ_BEYOND = 256;
