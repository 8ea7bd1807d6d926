// Host: the dependencies of a runtime on the kind of host that it runs in.
import type { ProgressRecord } from "./progress-record.ts";
import type { Clock, Loop } from "../../boundary/clock.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { Commit } from "../../boundary/batch.ts";
import type { LogLine } from "../../boundary/log-line.ts";

/** Each kind of host supplies its own. */
export interface RuntimePorts {
  readonly clock: Clock;
  readonly loop: Loop;
  readonly progress: ProgressRecord;
  /** `bytes`: those of the payloads and names in its commands. Waits while the front is too far behind. */
  commit(commit: Commit, bytes: number): void;
  readonly log: (line: LogLine) => void;
  /** Returns the sessions of all other hosts; the front sends their changes from then on. */
  readonly follow: () => Snapshot;
}
