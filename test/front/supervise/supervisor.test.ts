import { beforeEach, describe, expect, test } from "vitest";
import type { SessionSnapshot, ScriptEvent } from "../../../src/boundary/events.ts";
import type { HostSpec, ScriptSpec } from "../../../src/boundary/host-spec.ts";
import type { FrontPorts } from "../../../src/front/supervise/front-ports.ts";
import { StartLimiter, type Permit } from "../../../src/front/incarnation/start-limiter.ts";
import { TurnSlices } from "../../../src/front/incarnation/turn-slices.ts";
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

const SNAPSHOT: SessionSnapshot = {
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
let noted: string[];
let snapshots: SessionSnapshot[];
let limiter: StartLimiter;
let supervisor: Supervisor;
/** How many of the next starts fail. */
let shortage: number;

const host = (): FakeHost => hosts.at(-1) as FakeHost;

function ports(): FrontPorts {
  let incarnation = 0;
  const note = (text: string): void => void noted.push(text);
  return {
    time: { clock, loop },
    dispatch: {
      limits: { batchEvents: 4, batchBytes: 1e6, waitingEvents: 100, waitingBytes: 1e6 },
      onDone: ({ kind }) => note(`done ${kind}`),
      onLost: (event, why) => note(`${why} ${event.kind}`),
      onPressure: () => undefined,
      shareOf: () => null,
      onRelieved: () => undefined,
      takeChanges: () => [],
    },
    sessions: {
      refs: () => snapshots.map(({ session }) => session),
      population: () => snapshots.length,
      snapshotsOf: () => snapshots,
      watch: () => new Set(),
      unwatch: () => undefined,
      refresh: () => undefined,
      shed: (limits) => (note(`shed to ${limits.keep}, from ${limits.heavy}`), null),
    },
    feed: {
      follow: () => (note("follow"), []),
      forget: (number) => note(`forget ${number}`),
      promote: () => undefined,
    },
    output: {
      apply: ({ commands }) => note(`apply ${commands.join()}`),
      play: (commands, at) => (note(`play ${String(commands[at])}`), at + 1),
      flush: (mayHold) => note(mayHold ? "hold" : "flush"),
      slices: new TurnSlices({ clock, loop }),
    },
    reports: {
      onLog: ({ text }) => note(`log ${text}`),
      onReport: ({ text }) => note(text),
      idOf: (session) => `session-${session}`,
    },
    lifecycle: {
      nextIncarnation: () => (incarnation += 1),
      onReady: () => undefined,
      onGivenUp: () => undefined,
      onHung: () => undefined,
      onFailed: () => note("failed"),
      onRefused: ({ kind }) => note(`refused ${kind}`),
      onQuestion: () => undefined,
    },
  };
}

/** The calls since the last look. */
const news = (): string[] => noted.splice(0);

beforeEach(() => {
  clock = new VirtualClock();
  loop = new FakeLoop();
  hosts = [];
  noted = [];
  snapshots = [SNAPSHOT];
  shortage = 0;
  const makeHost = (incarnation: number, _spec: HostSpec, listener: FakeHost["listener"]): FakeHost => {
    if (shortage > 0) throw new Error(`EMFILE (${(shortage -= 1)} more)`);
    hosts.push(new FakeHost(incarnation, listener));
    return host();
  };
  limiter = new StartLimiter(clock, 2);
  supervisor = new Supervisor(SPEC, { makeHost, limiter }, ports());
});

function serve(...texts: string[]): void {
  snapshots = [];
  for (const text of texts) supervisor.push(say(text));
  host().listener.onReady();
  loop.turn();
  snapshots = [SNAPSHOT];
}

describe("a host that serves", () => {
  test("a host starts at its first event, which waits until the host is ready", () => {
    expect(hosts).toHaveLength(0);
    supervisor.push(say("a"));
    supervisor.push(say("b"));
    loop.turn();
    expect(hosts).toHaveLength(1);
    expect(host().batches).toHaveLength(0);
    snapshots = [];
    host().listener.onReady();
    loop.turn();
    expect(host().last).toEqual(["a", "b"]);
  });

  test("a host gets its next batch with the acknowledgement, and the flush is held for one batch", () => {
    serve("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m");
    for (let batch = 0; batch < 4; batch += 1) host().done();
    expect(news().filter((text) => !text.startsWith("apply"))).toEqual(["hold", "flush", "hold", "flush"]);
  });

  test("a tick is flushed at once although events wait", () => {
    serve("a", "b", "c", "d", "e");
    host().done({ urgent: true });
    expect(news()).toEqual(["apply ", "flush"]);
    expect(host().last).toEqual(["e"]);
  });
});

describe("an incarnation that is given up", () => {
  test("a given up incarnation has no effect by commits, by its end or by reading the directory", async () => {
    serve("a");
    const old = host();
    await supervisor.replace(SPEC, "reload");
    expect(old.isStopped).toBe(true);
    news();
    old.done({ commands: ["late"] });
    old.listener.onReady();
    old.dies({ phase: "event", event: 1 });
    old.listener.onFollow((snapshot) => expect(snapshot).toEqual([]));
    expect(news()).toEqual([]);
    host().listener.onReady();
    loop.turn();
    expect(host().last).toEqual(["takeover", "a"]);
    expect(host().incarnation).toBeGreaterThan(old.incarnation);
  });

  test("the next incarnation is notified of the crash although a reload came in between", async () => {
    serve("a");
    host().dies({ phase: "event", event: 1 });
    await supervisor.replace(SPEC, "reload");
    host().listener.onReady();
    loop.turn();
    expect(host().batches[0]?.events[0]).toMatchObject({ kind: "takeover", reason: "crash" });
  });

  test("log lines of a given up incarnation are logged", async () => {
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
      code: null,
      fault: null,
      at: null,
    });
    expect(news()).toEqual(["log bye"]);
  });
});

describe("a crash", () => {
  /** The host crashes three times without handling an event. */
  function fail(): void {
    supervisor.push(say("a"));
    for (let death = 0; death < 3; death += 1) {
      host().dies();
      if (death < 2) clock.advance(1000);
    }
  }

  test("a host that crashes by an event restarts at once, without that event, which is named", () => {
    serve("a", "b", "c");
    host().dies({ event: 2, phase: "event", reason: "boom" });
    expect(hosts).toHaveLength(2);
    const [lost, line] = news();
    expect(lost).toBe("culprit message");
    expect(line).toMatch(/^\/ws\/chat crashed on a message from session session-1 \(boom\); restarting, /);
    host().listener.onReady();
    loop.turn();
    expect(host().last).toEqual(["takeover", "a", "c"]);
    expect(host().batches[0]?.events[0]).toMatchObject({
      kind: "takeover",
      reason: "crash",
      sessions: [SNAPSHOT],
    });
  });

  test("crashes by events never count as failed loads", () => {
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

  test("a host that crashes while loading restarts after 100 and 200 ms and then fails", () => {
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
    expect([supervisor.state, supervisor.isDown, supervisor.nextTry]).toEqual(["failed", true, 1000]);
    clock.advance(1e6);
    expect(hosts).toHaveLength(3);
  });

  test("a host that has failed refuses events for 1, 2, 4 … 30 s, and the first event after that starts it", () => {
    fail();
    for (const pause of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      const started = hosts.length;
      news();
      clock.advance(pause - 1);
      supervisor.push(say("early"));
      expect(news()).toEqual(["refused message"]);
      clock.advance(1);
      expect([supervisor.isDown, supervisor.nextTry]).toEqual([false, 0]);
      supervisor.push(say("due"));
      expect(hosts).toHaveLength(started + 1);
      host().dies();
      expect(news().filter((text) => /crashed|failed/.test(text))).toEqual([
        "/ws/chat crashed while idle (killed)",
        "failed",
        expect.stringMatching(
          /^\/ws\/chat crashed before it handled an event.* for the first client after \d+ s$/,
        ),
      ]);
    }
  });

  test("a version that serves after a failure ends it, and the next failure starts with the shortest pause", () => {
    fail();
    clock.advance(1000);
    supervisor.push(say("a"));
    snapshots = [];
    expect(supervisor.isFailing).toBe(true);
    host().listener.onReady();
    loop.turn();
    host().done();
    expect(news()).toContain("/ws/chat serves again");
    expect(supervisor.isFailing).toBe(false);
    supervisor.push(say("b"));
    loop.turn();
    host().dies({ event: host().batches.at(-1)?.first ?? 0, phase: "event" });
    fail();
    expect(supervisor.nextTry).toBe(1000);
  });

  test("a host that ticks without clients is tried again by itself", () => {
    const info = { kind: "ws", runOptions: { tickWhenEmpty: true } } as ScriptSpec["info"];
    supervisor.update({ ...SPEC, scripts: [{ info, source: null, module: null }] });
    fail();
    clock.advance(999);
    expect(hosts).toHaveLength(3);
    clock.advance(1);
    expect(hosts).toHaveLength(4);
  });

  test("a host that has failed and is stopped is not tried again", async () => {
    const info = { kind: "cron" } as ScriptSpec["info"];
    supervisor.update({ ...SPEC, scripts: [{ info, source: null, module: null }] });
    fail();
    await supervisor.stop();
    clock.advance(1e6);
    expect(hosts).toHaveLength(3);
  });

  for (const phase of ["notice", "loading"] as const)
    test(`a crash in the phase ${phase} costs no event and brings the last good version back`, async () => {
      serve("a");
      host().done();
      const good = supervisor.spec;
      const outcome = supervisor.replace({ ...SPEC, name: "/ws/chat" }, "reload");
      await outcome;
      expect(supervisor.spec).not.toBe(good);
      for (const text of ["b", "c"]) supervisor.push(say(text));
      for (let death = 0; death < 3; death += 1) {
        host().listener.onReady();
        loop.turn();
        expect(host().last).toEqual(["takeover", "b", "c"]);
        host().dies({ event: (host().batches.at(-1)?.first ?? 0) + 1, phase });
        clock.advance(1000);
      }
      expect(news()).toContain(
        "/ws/chat crashed 3 times while loading; the previous version serves again; fix the script and reload it",
      );
      expect(supervisor.spec).toBe(good);
      host().listener.onReady();
      loop.turn();
      expect(host().last).toEqual(["takeover", "b", "c"]);
      expect(news().join()).not.toContain("culprit message");
    });

  test("a good version that serves again and is replaced before it has, stays the one to go back to", async () => {
    serve("a");
    host().done();
    const good = supervisor.spec;
    for (const round of [1, 2]) {
      await supervisor.replace({ ...SPEC, name: `/ws/bad${round}` }, "reload");
      expect(supervisor.spec).not.toBe(good);
      for (let death = 0; death < 3; death += 1) {
        host().listener.onReady();
        loop.turn();
        host().dies({ event: 0, phase: "notice" });
        clock.advance(1000);
      }
      // The good one starts, and does not serve yet.
      expect(supervisor.spec).toBe(good);
    }
    expect(news()).not.toContain("failed");
  });

  test("when memory runs out, the sessions may keep a quarter of the limit, and half of that each time again", () => {
    serve("a");
    for (const shed of ["shed to 134217728, from 8192", "shed to 67108864, from 0"]) {
      news();
      host().dies({ isOutOfMemory: true, phase: "microtasks" });
      expect(news()).toContain(shed);
      clock.advance(1000);
      host().listener.onReady();
      loop.turn();
    }
    clock.advance(10_000);
    host().dies({ isOutOfMemory: true, phase: "microtasks" });
    expect(news()).toContain("shed to 134217728, from 8192");
  });

  test("however often memory runs out, sessions that keep a 32nd of the limit together stay", () => {
    serve("a");
    const least = (512 * 1024 * 1024) / 32;
    for (let death = 0; death < 30; death += 1) {
      news();
      // By an event each time: the host restarts at once, and never serves long.
      const { first = 0, events = [] } = host().batches.at(-1) ?? {};
      host().dies({ isOutOfMemory: true, event: first + events.length - 1, phase: "event" });
      if (death > 4) expect(news()).toContain(`shed to ${least}, from 0`);
      clock.advance(1000);
      host().listener.onReady();
      supervisor.push(say("b"));
      loop.turn();
    }
  });

  test("a crash by the takeover counts as a failed load", () => {
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

  test("a crash after ten quiet seconds does not count as a failed load", () => {
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

  test("the end of a stopped host is not a crash", async () => {
    serve("a");
    await supervisor.stop();
    host().dies();
    expect(hosts).toHaveLength(1);
    expect(news()).toEqual([]);
  });
});

describe("a replacement", () => {
  test("a new version of a host that is down takes the sessions over and does not wait for the pause", async () => {
    serve("a");
    host().done();
    host().dies({ event: 1, phase: "event" });
    host().dies();
    await supervisor.replace(SPEC, "reload");
    expect(hosts).toHaveLength(3);
    host().listener.onReady();
    loop.turn();
    expect(host().batches[0]?.events[0]).toMatchObject({ kind: "takeover", sessions: [SNAPSHOT] });
    clock.advance(1e6);
    expect(hosts).toHaveLength(3);
  });

  test("a new version of a host without events does not start it", async () => {
    await supervisor.replace(SPEC, "reload");
    expect(hosts).toHaveLength(0);
    supervisor.push(say("a"));
    expect(hosts).toHaveLength(1);
  });

  test("a new version restarts a host that has failed", async () => {
    supervisor.push(say("a"));
    for (let death = 0; death < 3; death += 1) {
      host().dies();
      clock.advance(1000);
    }
    await supervisor.replace(SPEC, "reload");
    expect(hosts).toHaveLength(4);
    snapshots = [];
    host().listener.onReady();
    loop.turn();
    expect(supervisor.state).toBe("serving");
  });
});

describe("a version that takes over", () => {
  /** Both at the point at which the old one has been asked to give its place up. */
  async function reloading(): Promise<{ outcome: Promise<string | null>; old: FakeHost; young: FakeHost }> {
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

  test("a reload ends when the supervisor stops before the new version has committed", async () => {
    const { outcome, old } = await reloading();
    old.listener.onHandedOver?.({ state: { scripts: [], draining: [] } });
    await supervisor.stop();
    expect(await outcome).toBeNull();
  });

  test("a reload that waits for a version that has not committed ends when the supervisor stops", async () => {
    const { outcome, old } = await reloading();
    old.listener.onHandedOver?.({ state: { scripts: [], draining: [] } });
    const next = supervisor.replace(SPEC, "reload");
    await supervisor.stop();
    expect(await Promise.all([outcome, next])).toEqual([null, null]);
    expect(hosts).toHaveLength(2);
  });

  test("commands made while loading are applied before later ones", async () => {
    const { old, young } = await reloading();
    young.listener.onCommit(commit(0, { commands: ["early"] }));
    old.listener.onHandedOver?.({ state: { scripts: [], draining: [] } });
    young.listener.onCommit(commit(0, { commands: ["late"] }));
    loop.turn();
    expect(news().filter((text) => text.startsWith("apply ") && text !== "apply ")).toEqual([
      "apply early",
      "apply late",
    ]);
  });

  test("a new version ceases to follow under its number when the previous one crashes first", async () => {
    const { old, young } = await reloading();
    old.dies({ phase: "tick" });
    expect(news()).toContain(`forget ${young.incarnation}`);
  });

  test("a reply to a handler that the previous version keeps goes there, before and after the handover", async () => {
    const { old, young } = await reloading();
    const replyTo = (session: number): ScriptEvent => ({ kind: "reply", session, text: "{}" });
    supervisor.push(replyTo(1));
    supervisor.push(replyTo(2));
    supervisor.push(say("b"));
    old.listener.onHandedOver?.({ state: { scripts: [], draining: [1] } });
    loop.turn();
    expect(old.last).toEqual(["reply"]);
    expect(young.last).toEqual(["takeover", "reply"]);
    supervisor.push(replyTo(1));
    expect(old.batches.filter(({ events }) => events[0]?.kind === "reply")).toHaveLength(2);
    old.listener.onSessionReleased?.({ session: 1, packed: { saved: null, attributes: null } });
    young.done();
    expect(young.last).toEqual(["takeover", "b"]);
    supervisor.push(replyTo(1));
    young.done();
    expect(young.last).toEqual(["reply"]);
  });

  test("a reload that waits for a draining host starts nothing once the supervisor is stopped", async () => {
    const { outcome, old, young } = await reloading();
    Object.assign(young, { handOver: () => undefined });
    old.listener.onHandedOver?.({ state: { scripts: [], draining: [1] } });
    loop.turn();
    young.done();
    expect(await outcome).toBeNull();
    const next = supervisor.replace(SPEC, "reload");
    await supervisor.stop();
    await next;
    expect(hosts).toHaveLength(2);
  });
});

test("a version whose code does not run yet is not taken for one that does not finish loading", async () => {
  serve("a");
  host().done();
  Object.assign(host(), { handOver: () => undefined });
  const outcome = supervisor.replace(SPEC, "reload");
  await Promise.resolve();
  let progress = -1;
  Object.assign(host(), { progress: () => progress });
  for (let turn = 0; turn < 400; turn += 1) supervisor.watch(50);
  expect(supervisor.state).toBe("reloading");
  progress = 0;
  for (let turn = 0; turn < 200; turn += 1) supervisor.watch(50);
  expect(await outcome).toBe("it does not finish loading");
});

describe("a host that waits for its permit to start", () => {
  let others: Permit[];

  beforeEach(() => {
    others = ["other", "another"].map((name) => limiter.admit(name, () => undefined));
  });

  test("events wait until the permit comes, and the host is not taken for one that hangs", () => {
    supervisor.push(say("a"));
    for (let turn = 0; turn < 400; turn += 1) supervisor.watch(50);
    expect([hosts.length, supervisor.state]).toEqual([0, "starting"]);
    others[0]!.release();
    expect(hosts).toHaveLength(1);
    snapshots = [];
    host().listener.onReady();
    loop.turn();
    expect(host().last).toEqual(["a"]);
  });

  test("a host that is ready or has crashed makes room for the next one", () => {
    const started: string[] = [];
    supervisor.push(say("a"));
    for (const name of ["b", "c"]) limiter.admit(name, () => void started.push(name));
    others[0]!.release();
    host().listener.onReady();
    expect(started).toEqual(["b"]);
    others[1]!.release();
    expect(started).toEqual(["b", "c"]);
  });

  test("a host that is stopped while it waits never starts", async () => {
    supervisor.push(say("a"));
    await supervisor.stop();
    for (const other of others) other.release();
    expect(hosts).toHaveLength(0);
  });

  test("a new version that waits is not taken for one that does not finish loading", async () => {
    others[0]!.release();
    serve("a");
    host().done();
    Object.assign(host(), { handOver: () => undefined });
    limiter.admit("more", () => undefined);
    const outcome = supervisor.replace(SPEC, "reload");
    await Promise.resolve();
    for (let turn = 0; turn < 400; turn += 1) supervisor.watch(50);
    expect([hosts.length, supervisor.state]).toEqual([1, "reloading"]);
    others[1]!.release();
    expect(hosts).toHaveLength(2);
    for (let turn = 0; turn < 200; turn += 1) supervisor.watch(50);
    expect(await outcome).toBe("it does not finish loading");
  });
});

describe("a host that stands still, as the watch reports it", () => {
  const working = (phase: "event" | "idle") =>
    Object.assign(host(), {
      progress: () => 7,
      inspect: (reason: string) => ({ reason, event: 1, phase, promised: [] }),
    });

  test("a host that works is ended at its limit, and not before", () => {
    serve("a");
    working("event");
    host().listener.onStands?.(4999);
    expect(host().isStopped).toBe(false);
    host().listener.onStands?.(5000);
    expect(hosts.map(({ isStopped }) => isStopped)).toEqual([true, false]);
    expect(news().join("\n")).toMatch(/was stopped on a message .*no progress for 5\.0 s/);
  });

  test("a host that has done its work meanwhile is not ended", () => {
    serve("a");
    working("idle");
    host().done();
    host().listener.onStands?.(60_000);
    expect(host().isStopped).toBe(false);
  });

  test("a report about a previous incarnation ends nothing", () => {
    serve("a");
    const old = working("event");
    old.dies();
    host().listener.onReady();
    old.listener.onStands?.(60_000);
    expect(host().isStopped).toBe(false);
  });
});

describe("a host that cannot be started", () => {
  test("is tried again after growing pauses; its events wait, and clients are refused meanwhile", async () => {
    shortage = 8;
    supervisor.push(say("a"));
    expect(supervisor.isDown).toBe(true);
    for (const pause of [100, 200, 400, 800, 1600, 3200, 5000, 5000]) {
      await Promise.resolve();
      clock.advance(pause - 1);
      expect(supervisor.isDown).toBe(true);
      clock.advance(1);
    }
    expect(hosts).toHaveLength(1);
    expect(supervisor.isDown).toBe(false);
    expect(news().filter((text) => text.includes("it cannot be started: EMFILE"))).toHaveLength(8);
    expect(news()).not.toContain("failed");
    snapshots = [];
    host().listener.onReady();
    loop.turn();
    expect(host().last).toEqual(["a"]);
  });
});
