import { beforeEach, describe, expect, test } from "vitest";
import type { SessionSnapshot, ScriptEvent } from "../../../src/boundary/events.ts";
import type { HostSpec } from "../../../src/boundary/host-spec.ts";
import type { FrontPorts } from "../../../src/front/supervise/front-ports.ts";
import { Supervisor } from "../../../src/front/supervise/supervisor.ts";
import { commit, FakeHost, FakeLoop } from "../../support/fake-host.ts";
import { anyHandshake } from "../../support/any-session.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const SPEC: HostSpec = {
  name: "/ws/chat",
  scripts: [],
  shared: [],
  limits: { slice: 4, handlerTimeout: 60_000 },
};

const ADOPTION: SessionSnapshot = {
  session: 1,
  handshake: anyHandshake("a"),
  state: "open",
  isOpened: true,
  rooms: [],
  attributes: [],
};

const say = (text: string): ScriptEvent => ({ kind: "message", session: 1, data: text });

let clock: VirtualClock;
let loop: FakeLoop;
let hosts: FakeHost[];
let told: string[];
let adoptions: SessionSnapshot[];
let supervisor: Supervisor;

const host = (): FakeHost => hosts.at(-1) as FakeHost;

function ports(): FrontPorts {
  let incarnation = 0;
  const tell = (text: string): void => void told.push(text);
  return {
    clock,
    loop,
    limits: { batchEvents: 4, batchBytes: 1e6, waitingEvents: 100, waitingBytes: 1e6 },
    nextIncarnation: () => (incarnation += 1),
    apply: ({ commands }) => tell(`apply ${commands.join()}`),
    flush: (mayHold) => tell(mayHold ? "hold" : "flush"),
    onLog: ({ text }) => tell(`log ${text}`),
    onDone: ({ kind }) => tell(`done ${kind}`),
    onLost: (event, why) => tell(`${why} ${event.kind}`),
    onPressure: () => undefined,
    onCrash: (text) => tell(text),
    onWarning: (text) => tell(text),
    onFailed: () => tell("failed"),
    onReady: () => undefined,
    idOf: (session) => `session-${session}`,
    follow: () => (tell("follow"), []),
    ask: () => undefined,
    onGivenUp: () => undefined,
    takeChanges: () => [],
    population: () => adoptions.length,
    sessions: () => adoptions.map(({ session }) => session),
    snapshotsOf: () => adoptions,
    watchSessions: () => new Set(),
    unwatchSessions: () => undefined,
    refresh: () => undefined,
    succeed: () => undefined,
    forget: (successor) => tell(`forget ${successor}`),
  };
}

/** What has been told since the last look. */
const news = (): string[] => told.splice(0);

beforeEach(() => {
  clock = new VirtualClock();
  loop = new FakeLoop();
  hosts = [];
  told = [];
  adoptions = [ADOPTION];
  const makeHost = (incarnation: number, _spec: HostSpec, listener: FakeHost["listener"]): FakeHost => {
    hosts.push(new FakeHost(incarnation, listener));
    return host();
  };
  supervisor = new Supervisor(SPEC, makeHost, ports());
});

function serve(...texts: string[]): void {
  adoptions = [];
  for (const text of texts) supervisor.push(say(text));
  host().listener.onReady();
  loop.turn();
  adoptions = [ADOPTION];
}

describe("a host", () => {
  test("starts at its first event, which waits until it is ready", () => {
    expect(hosts).toHaveLength(0);
    supervisor.push(say("a"));
    supervisor.push(say("b"));
    loop.turn();
    expect(hosts).toHaveLength(1);
    expect(host().batches).toHaveLength(0);
    adoptions = [];
    host().listener.onReady();
    loop.turn();
    expect(host().last).toEqual(["a", "b"]);
  });

  test("gets the next batch with the acknowledgement, and the flush is held for it once", () => {
    serve("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m");
    for (let batch = 0; batch < 4; batch += 1) host().done();
    expect(news().filter((text) => !text.startsWith("apply"))).toEqual(["hold", "flush", "hold", "flush"]);
  });

  test("a tick is flushed at once, whatever waits", () => {
    serve("a", "b", "c", "d", "e");
    host().done({ urgent: true });
    expect(news()).toEqual(["apply ", "flush"]);
    expect(host().last).toEqual(["e"]);
  });
});

describe("an incarnation that is given up", () => {
  test("has no effect any more: neither commits nor death, nor does it follow the directory", async () => {
    serve("a");
    const old = host();
    await supervisor.replace(SPEC, "reload");
    expect(old.isStopped).toBe(true);
    news();
    old.done({ commands: ["late"] });
    old.listener.onReady();
    old.dies({ phase: "event", event: 1 });
    expect(old.listener.onFollow()).toEqual([]);
    expect(news()).toEqual([]);
    host().listener.onReady();
    loop.turn();
    expect(host().last).toEqual(["takeover", "a"]);
    expect(host().incarnation).toBeGreaterThan(old.incarnation);
  });

  test("because of a death is followed by one that is told of the death, though a reload came between", async () => {
    serve("a");
    host().dies({ phase: "event", event: 1 });
    await supervisor.replace(SPEC, "reload");
    host().listener.onReady();
    loop.turn();
    expect(host().batches[0]?.events[0]).toMatchObject({ kind: "takeover", reason: "crash" });
  });

  test("still says its last words", async () => {
    serve("a");
    const old = host();
    await supervisor.replace(SPEC, "reload");
    news();
    old.listener.onLog({
      level: "info",
      text: "bye",
      script: "",
      version: "",
      event: 0,
      fault: null,
      at: null,
    });
    expect(news()).toEqual(["log bye"]);
  });
});

describe("a death", () => {
  test("by an event restarts at once; the event is gone and named, the others come again", () => {
    serve("a", "b", "c");
    host().dies({ event: 2, phase: "event", reason: "boom" });
    expect(hosts).toHaveLength(2);
    const [lost, line] = news();
    expect(lost).toBe("culprit message");
    expect(line).toMatch(/^\/ws\/chat ended while handling message of session session-1: boom; /);
    host().listener.onReady();
    loop.turn();
    expect(host().last).toEqual(["takeover", "a", "c"]);
    expect(host().batches[0]?.events[0]).toMatchObject({
      kind: "takeover",
      reason: "crash",
      sessions: [ADOPTION],
    });
  });

  test("by an event is no failed load, however often it comes", () => {
    serve("a");
    for (let death = 0; death < 20; death += 1) {
      const { batches } = host();
      const last = batches.at(-1)?.events.length ?? 0;
      host().dies({ event: (batches.at(-1)?.first ?? 0) + last - 1, phase: "event" });
      host().listener.onReady();
      supervisor.push(say("next"));
      loop.turn();
    }
    expect(hosts).toHaveLength(21);
    expect(news()).not.toContain("failed");
  });

  test("while loading waits: 100 ms, 200 ms, and at the third time it is given up", () => {
    supervisor.push(say("a"));
    host().dies();
    expect(hosts).toHaveLength(1);
    clock.advance(99);
    expect(hosts).toHaveLength(1);
    clock.advance(1);
    expect(hosts).toHaveLength(2);
    host().dies();
    clock.advance(199);
    expect(hosts).toHaveLength(2);
    clock.advance(1);
    expect(hosts).toHaveLength(3);
    expect(news()).not.toContain("failed");
    host().dies();
    expect(news()).toContain("failed");
    expect(supervisor.state).toBe("failed");
    clock.advance(1e6);
    expect(hosts).toHaveLength(3);
  });

  test("of the take-over counts like one while loading", () => {
    serve("a");
    host().done();
    host().dies({ event: 1, phase: "timer" });
    for (let death = 0; death < 3; death += 1) {
      host().listener.onReady();
      loop.turn();
      host().done();
      host().dies({ event: host().batches.at(-1)?.first ?? 0, phase: "timer" });
      clock.advance(1000);
    }
    expect(hosts).toHaveLength(4);
    expect(news()).toContain("failed");
  });

  test("after ten quiet seconds does not", () => {
    serve("a");
    host().done();
    for (let death = 0; death < 6; death += 1) {
      clock.advance(10_000);
      host().dies({ phase: "tick", event: 0 });
      host().listener.onReady();
    }
    expect(hosts).toHaveLength(7);
    expect(news()).not.toContain("failed");
  });

  test("of a host that is stopped is none", async () => {
    serve("a");
    await supervisor.stop();
    host().dies();
    expect(hosts).toHaveLength(1);
    expect(news()).toEqual([]);
  });
});

describe("a replacement", () => {
  test("while the host is down takes the sessions over, too, and does not wait for the back-off", async () => {
    serve("a");
    host().done();
    host().dies({ event: 1, phase: "event" });
    host().dies();
    await supervisor.replace(SPEC, "reload");
    expect(hosts).toHaveLength(3);
    host().listener.onReady();
    loop.turn();
    expect(host().batches[0]?.events[0]).toMatchObject({ kind: "takeover", sessions: [ADOPTION] });
    clock.advance(1e6);
    expect(hosts).toHaveLength(3);
  });

  test("of a host that nobody has needed starts none", async () => {
    await supervisor.replace(SPEC, "reload");
    expect(hosts).toHaveLength(0);
    supervisor.push(say("a"));
    expect(hosts).toHaveLength(1);
  });

  test("brings one back that was given up", async () => {
    supervisor.push(say("a"));
    for (let death = 0; death < 3; death += 1) {
      host().dies();
      clock.advance(1000);
    }
    await supervisor.replace(SPEC, "reload");
    expect(hosts).toHaveLength(4);
    adoptions = [];
    host().listener.onReady();
    loop.turn();
    expect(supervisor.state).toBe("serving");
  });
});

describe("a version that takes over", () => {
  /** Both at the point at which the old one has been asked to give its place up. */
  async function swapping(): Promise<{ outcome: Promise<string | null>; old: FakeHost; young: FakeHost }> {
    serve("a");
    host().done();
    const old = Object.assign(host(), { handOver: () => undefined });
    const outcome = supervisor.replace(SPEC, "reload");
    await Promise.resolve();
    const young = host();
    expect(young).not.toBe(old);
    young.listener.onReady();
    loop.turn();
    young.listener.onPrepared?.(null);
    return { outcome, old, young };
  }

  test("and has not said anything yet keeps nobody waiting when all is stopped", async () => {
    const { outcome, old } = await swapping();
    old.listener.onHandedOver?.({ legacy: { scripts: [], draining: [] } });
    await supervisor.stop();
    expect(await outcome).toBeNull();
  });

  test("tells what it did while it loaded before what it does now", async () => {
    const { old, young } = await swapping();
    young.listener.onCommit(commit(0, { commands: ["early"] }));
    old.listener.onHandedOver?.({ legacy: { scripts: [], draining: [] } });
    young.listener.onCommit(commit(0, { commands: ["late"] }));
    loop.turn();
    expect(news().filter((text) => text.startsWith("apply ") && text !== "apply ")).toEqual([
      "apply early",
      "apply late",
    ]);
  });

  test("is followed no longer when the one before dies first", async () => {
    const { old, young } = await swapping();
    old.dies({ phase: "tick" });
    expect(news()).toContain(`forget ${young.incarnation}`);
  });

  test("waits for what the one before still does, and is not started when all is stopped meanwhile", async () => {
    const { outcome, old, young } = await swapping();
    Object.assign(young, { handOver: () => undefined });
    old.listener.onHandedOver?.({ legacy: { scripts: [], draining: [1] } });
    loop.turn();
    young.done();
    expect(await outcome).toBeNull();
    const next = supervisor.replace(SPEC, "reload");
    await supervisor.stop();
    await next;
    expect(hosts).toHaveLength(2);
  });
});

test("a version that waits until it may start is not taken for one that does not finish loading", async () => {
  serve("a");
  host().done();
  Object.assign(host(), { handOver: () => undefined });
  const outcome = supervisor.replace(SPEC, "reload");
  await Promise.resolve();
  let beat = -1;
  Object.assign(host(), { progress: () => beat });
  for (let turn = 0; turn < 400; turn += 1) supervisor.watch(50);
  expect(supervisor.state).toBe("swapping");
  beat = 0;
  for (let turn = 0; turn < 200; turn += 1) supervisor.watch(50);
  expect(await outcome).toBe("it does not finish loading");
});
