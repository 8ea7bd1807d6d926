import type { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { HeapLook } from "../../../../src/host/kinds/thread/heap-look.ts";

/** A thread whose loop has been active for `active` ms; counts how often it is looked at and measured. */
class Thread {
  active = 10;
  looks = 0;
  measured = 0;
  readonly performance = {
    eventLoopUtilization: () => ((this.looks += 1), { active: this.active }),
  };
  readonly look = new HeapLook(this as unknown as Worker, {
    ask: () => (this.measured += 1),
    used: () => undefined,
  });

  pass(beats: number): number {
    const before = this.looks;
    for (let beat = 0; beat < beats; beat += 1) this.look.beat();
    return this.looks - before;
  }
}

test("a thread that rests is looked at less and less often, and is not measured again", () => {
  const thread = new Thread();
  thread.pass(200);
  expect(thread.pass(200)).toBe(10);
  expect(thread.measured).toBe(1);
});

test("a thread that gets work after a long rest is looked at by the next beat", () => {
  const thread = new Thread();
  thread.pass(200);
  thread.active = 20;
  thread.look.wake();
  expect(thread.pass(1)).toBe(1);
  expect(thread.measured).toBe(2);
});
