// Host: reads, in the watch thread, the progress of a host that is a thread.
import { ProgressRecord } from "../runtime/progress-record.ts";
import type { ThreadSource } from "./watch-messages.ts";

/** Its memory is shared: a look is a few loads. */
export class ThreadLook implements Look {
  readonly record: ProgressRecord;

  constructor({ progress }: ThreadSource) {
    this.record = new ProgressRecord(progress);
  }

  get usedBytes(): number {
    return this.record.usedBytes;
  }

  readonly isGone = false;

  /** Nothing has to be read. */
  refresh(): void {}

  close(): void {}
}

/** How the watch sees one host. */
export interface Look {
  readonly record: ProgressRecord;
  /** The memory that the host uses; 0 while it is not known. */
  readonly usedBytes: number;
  /** Whether the host has ended, which the server has not noticed yet. */
  readonly isGone: boolean;
  /** A turn of the watch. A host that is awaited is read in each. */
  refresh(isAwaited: boolean): void;
  close(): void;
}
