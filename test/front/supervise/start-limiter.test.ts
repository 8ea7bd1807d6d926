import { beforeEach, expect, test } from "vitest";
import type { HostFactory, HostSpec } from "../../../src/boundary/host-spec.ts";
import { StartLimiter } from "../../../src/front/supervise/start-limiter.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import type { HostListener } from "../../../src/boundary/host.ts";

const specOf = (name: string): HostSpec => ({
  name,
  scripts: [],
  shared: [],
  limits: { slice: 4, handlerTimeout: 60_000 },
});

const silent: HostListener = {
  onReady: () => undefined,
  onCommit: () => undefined,
  onLog: () => undefined,
  onExit: () => undefined,
  onFollow: () => [],
  onQuestion: () => undefined,
};

let clock: VirtualClock;
let begun: { readonly name: string; readonly host: FakeHost }[];
let start: (name: string, listener?: HostListener) => ReturnType<HostFactory>;

const names = (): string[] => begun.map(({ name }) => name);

beforeEach(() => {
  clock = new VirtualClock();
  begun = [];
  const gate = new StartLimiter(clock, 2);
  const guarded = gate.guard((incarnation, spec, listener) => {
    const host = new FakeHost(incarnation, listener);
    begun.push({ name: spec.name, host });
    return host;
  });
  start = (name, listener = silent) => guarded(begun.length, specOf(name), listener);
});

test("two start at once, and the next when one is ready", () => {
  for (const name of ["a", "b", "c", "d"]) start(name);
  expect(names()).toEqual(["a", "b"]);
  begun[1]!.host.listener.onReady();
  expect(names()).toEqual(["a", "b", "c"]);
});

test("a death makes room like a start that went well, and is told", () => {
  const told: string[] = [];
  start("a", { ...silent, onExit: ({ reason }) => void told.push(reason) });
  start("b");
  start("c");
  begun[0]!.host.listener.onExit({ reason: "gone", event: 0, phase: "loading", promised: [] });
  expect([names(), told]).toEqual([["a", "b", "c"], ["gone"]]);
});

test("who has served before goes before who has not", () => {
  start("a");
  start("b");
  for (const name of ["c", "d", "a"]) start(name);
  begun[0]!.host.listener.onReady();
  expect(names()).toEqual(["a", "b", "a"]);
});

test("a start that takes a second keeps nobody else waiting", () => {
  for (const name of ["a", "b", "c", "d"]) start(name);
  clock.advance(999);
  expect(names()).toEqual(["a", "b"]);
  clock.advance(1);
  expect(names()).toEqual(["a", "b", "c", "d"]);
});

test("who leaves the queue is never started, and takes nobody's room", async () => {
  start("a");
  start("b");
  const leaver = start("c");
  start("d");
  await leaver.stop();
  begun[0]!.host.listener.onReady();
  begun[1]!.host.listener.onReady();
  expect(names()).toEqual(["a", "b", "d"]);
});

test("a host that waits for its turn is not taken for one that hangs", () => {
  start("a");
  start("b");
  const waiting = start("c");
  expect(waiting.progress?.()).not.toBe(waiting.progress?.());
});
