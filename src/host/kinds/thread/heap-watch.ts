import { getHeapStatistics } from "node:v8";

/**
 * The share of a thread's heap that may be used: a Map that grows is copied into one of twice its size, and should there
 * be no room for that, the whole process aborts.
 */
export const SAFE_SHARE = 0.45;

const SAMPLE_EVERY = 100;
const MEBIBYTE = 1024 * 1024;

/**
 * Ends this thread, between two turns, before its memory runs out: what Node cannot contain on a thread must not come so
 * far. A single handler that takes all memory at once is not seen here; `isolation = "process"` contains that.
 */
export function watchHeap(limit: number): void {
  const sample = (): void => {
    const bytes = getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers;
    if (bytes > limit) throw new Error(overText(bytes, limit));
  };
  setInterval(sample, SAMPLE_EVERY).unref();
}

function overText(bytes: number, limit: number): string {
  const [used, allowed] = [bytes, limit].map((number) => Math.round(number / MEBIBYTE));
  return `its memory held ${used} MiB, over memoryLimit (${allowed} MiB)`;
}
