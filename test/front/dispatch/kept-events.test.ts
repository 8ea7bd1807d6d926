import { beforeEach, expect, test } from "vitest";
import type { ScriptEvent } from "../../../src/boundary/events.ts";
import { Dispatcher } from "../../../src/front/dispatch/dispatcher.ts";
import { InboundShare } from "../../../src/front/flow/inbound-share.ts";
import { FakeHost, FakeLoop } from "../../support/fake-host.ts";
import { collectGarbage } from "../../support/garbage.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const LIMITS = { batchEvents: 100, batchBytes: 1 << 20, waitingEvents: 10_000, waitingBytes: 1 << 24 };

let loop: FakeLoop;
let host: FakeHost;
let dispatcher: Dispatcher;
let events: WeakRef<ScriptEvent>[];

beforeEach(() => {
  loop = new FakeLoop();
  events = [];
  const share = new InboundShare(null);
  const nothing = (): void => undefined;
  dispatcher = new Dispatcher({ loop, clock: new VirtualClock() }, LIMITS, {
    ...{ onDone: nothing, onLost: nothing, onPressure: nothing, onRelieved: nothing },
    shareOf: (session) => (session === FLOODS ? share : null),
    takeChanges: () => [],
  });
  const onCommit = (commit: Parameters<Dispatcher["acknowledge"]>[0]): void =>
    void dispatcher.acknowledge(commit);
  const onFollow = (): [] => [];
  host = new FakeHost(1, {
    ...{ onReady: nothing, onLog: nothing, onExit: nothing, onQuestion: nothing },
    ...{ onCommit, onFollow },
  });
  dispatcher.connect(host, []);
});

/** The session whose messages are counted, so that others take turns with it. */
const FLOODS = 1;

function push(count: number, session: number): void {
  for (let at = 0; at < count; at += 1) {
    const event: ScriptEvent = { kind: "message", session, data: "x" };
    events.push(new WeakRef(event));
    dispatcher.push(event);
  }
}

/** The host handles its batch and keeps nothing of it. */
function handle(): void {
  host.done();
  host.batches.splice(0, host.batches.length - 1);
}

async function kept(): Promise<number> {
  // What a WeakRef was made of lives until the end of the turn.
  await new Promise(setImmediate);
  await collectGarbage();
  return events.filter((event) => event.deref() !== undefined).length;
}

test("events that a host has handled are not kept while others of their session wait", async () => {
  push(600, FLOODS);
  loop.turn();
  for (let batch = 0; batch < 3; batch += 1) handle();
  expect(await kept()).toBe(300);
});

test("events that a host has handled are not kept while others wait that came in the same order", async () => {
  for (let session = 2; session < 602; session += 1) push(1, session);
  loop.turn();
  for (let batch = 0; batch < 3; batch += 1) handle();
  expect(await kept()).toBe(300);
});

test("no event is kept when a host has handled all, whether or not sessions took turns", async () => {
  push(600, FLOODS);
  push(30, 2);
  loop.turn();
  while (dispatcher.waiting > 0) handle();
  host.batches.splice(0);
  expect(await kept()).toBe(0);
});
