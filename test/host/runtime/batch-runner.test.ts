import { expect, test } from "vitest";
import type { ScriptEvent } from "../../../src/boundary/events.ts";
import { BatchRunner } from "../../../src/host/runtime/batch-runner.ts";
import type { CommitPlanner } from "../../../src/host/runtime/commit-planner.ts";
import { ProgressRecord } from "../../../src/host/runtime/progress-record.ts";
import type { SessionScheduler } from "../../../src/host/runtime/session-scheduler.ts";
import { FakeLoop } from "../../support/fake-host.ts";
import { collectGarbage } from "../../support/garbage.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

test("the events of a batch are not kept until the next batch comes", async () => {
  const started: number[] = [];
  const ports = { clock: new VirtualClock(), loop: new FakeLoop(), progress: new ProgressRecord() };
  const scheduler: Partial<SessionScheduler> = {
    start: (_event, number) => void started.push(number),
    notifyFor: () => false,
  };
  const nothing = (): void => undefined;
  const commits = { commands: { isLarge: false }, batchStarts: nothing, batchEnds: nothing };
  const runner = new BatchRunner(ports, 4, {
    scheduler: scheduler as SessionScheduler,
    commits: commits as unknown as CommitPlanner,
  });
  const run = (first: number): WeakRef<ScriptEvent>[] => {
    const events = Array.from({ length: 3 }, (): ScriptEvent => ({ kind: "message", session: 1, data: "x" }));
    runner.run({ first, events, changes: [] });
    return events.map((event) => new WeakRef(event));
  };
  const refs = run(1);
  expect(started).toEqual([1, 2, 3]);
  await new Promise(setImmediate);
  await collectGarbage();
  expect(refs.map((ref) => ref.deref())).toEqual([undefined, undefined, undefined]);
});
