/** An endless loop of a script that leaves the machine to other tests. The pure one is tested where the limit is short. */
export const IDLE_LOOP = "for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);";
