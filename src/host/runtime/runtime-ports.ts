import type { ProgressRecord } from "./progress-record.ts";
import type { Clock, Loop } from "../../boundary/clock.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { Commit } from "../../boundary/batch.ts";
import type { LogLine } from "../../boundary/log-line.ts";

/** What a runtime is given by the kind of host that it runs in. */
export interface RuntimePorts {
  readonly clock: Clock;
  readonly loop: Loop;
  readonly progress: ProgressRecord;
  commit(commit: Commit): void;
  log(line: LogLine): void;
  /** The first read beyond this host's own sessions: answered at once. */
  follow(): Snapshot;
}
