import type { Snapshot } from "../../front/directory/directory.ts";
import type { Clock, Commit, LogLine, Loop } from "../../boundary/ports.ts";
import type { Marks } from "./progress-record.ts";

/** What a runtime is given by the kind of host that it runs in. */
export interface RuntimePorts {
  readonly clock: Clock;
  readonly loop: Loop;
  readonly marks: Marks;
  commit(commit: Commit): void;
  log(line: LogLine): void;
  /** The first read beyond this host's own sessions: answered at once. */
  follow(): Snapshot;
}

/** How long a runtime lets things take. */
export interface RuntimeLimits {
  /** After this long, what is done is committed and the host's own loop gets its turn, ms. */
  readonly slice: number;
  /** A promise that has not settled by then is given up, ms. */
  readonly handlerTimeout: number;
}
