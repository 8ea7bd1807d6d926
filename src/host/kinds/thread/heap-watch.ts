// Host: ends a thread before its memory runs out.
import { getHeapStatistics } from "node:v8";
import { memoryText } from "../common/memory-text.ts";

/**
 * Between two turns: Node cannot contain a thread that runs out of memory. A single handler that takes all memory at
 * once is not seen here; `isolation = "process"` contains that.
 */
export function watchHeap(limit: number): void {
  const sample = (): void => {
    const bytes = getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers;
    if (bytes > limit) throw new Error(memoryText(bytes, limit));
  };
  setInterval(sample, SAMPLE_EVERY).unref();
}

/**
 * The share of a thread's heap that may be used: a Map that grows is copied into one of twice its size, and without room
 * for that the whole process aborts.
 */
export const SAFE_SHARE = 0.45;

const SAMPLE_EVERY = 100;
