// Host: measures the memory of the thread that it runs on, for a front that cannot do so from outside.
import { getHeapStatistics } from "node:v8";
import type { ProgressRecord } from "../../runtime/progress-record.ts";
import { usedBytesOf } from "./heap-look.ts";

/** Kept from before scripts load: a script can replace what `node:v8` exports. */
const statistics = getHeapStatistics;

/** Writes the used memory where the watch reads it. It opens no file: a server may have no descriptor left. */
export function measureHeap(record: ProgressRecord): void {
  record.used(usedBytesOf(statistics()));
}
