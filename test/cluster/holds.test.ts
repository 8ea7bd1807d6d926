import { expect, test } from "vitest";
import { ClusterHolds } from "../../src/cluster/holds/cluster-holds.ts";
import type { HoldStore, WantedHold } from "../../src/cluster/holds/hold-store.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const TERMS = { heartbeat: 1000, lease: 3000 };

/** A node whose store gives it what no other node has; a test plays the other nodes and the heartbeats. */
class Stage implements HoldStore {
  readonly clock = new VirtualClock();
  readonly holds = new ClusterHolds(this.clock);
  readonly events: string[] = [];
  readonly elsewhere = new Set<string>();
  wanted: readonly WantedHold[] = [];
  free: string[] = [];
  isDown = false;
  onLetGo: () => void = () => undefined;

  constructor() {
    this.holds.joined({ store: this, ...TERMS });
  }

  async hold(wanted: readonly WantedHold[]): Promise<string[]> {
    if (this.isDown) throw new Error("no connection");
    this.wanted = wanted;
    const taken = wanted.filter(({ name, mayTake }) => mayTake && !this.elsewhere.has(name));
    return Promise.resolve(taken.map(({ name }) => name));
  }

  async letGo(names: readonly string[]): Promise<void> {
    this.free.push(...names);
    this.onLetGo();
    await Promise.resolve();
  }

  ask(name: string): { release(): void } {
    return this.holds.ask(name, {
      onHeld: () => this.events.push(`held ${name}`),
      onLost: (why) => this.events.push(`lost ${name}: ${why}`),
    });
  }

  /** Some time later a heartbeat renews the lease. */
  async beat(after: number, isOtherBoot = false): Promise<void> {
    this.clock.advance(after);
    this.holds.onBeat(this.clock.ticks(), isOtherBoot);
    await settled();
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await new Promise(setImmediate);
}

test("a connection waits for the first heartbeat, and is lost when no heartbeat has renewed the lease for a lease", async () => {
  const stage = new Stage();
  stage.ask("a");
  await stage.advance(100);
  expect(stage.events).toEqual([]);
  await stage.beat(0);
  expect(stage.events).toEqual(["held a"]);
  await stage.beat(1000);
  await stage.advance(2999);
  expect(stage.events).toEqual(["held a"]);
  await stage.advance(1);
  expect(stage.events[1]).toMatch(/^lost a: this node has lost the cluster/);
});

test("the lease counts from before the heartbeat was sent, however late its reply comes", async () => {
  const stage = new Stage();
  stage.ask("a");
  await stage.beat(10);
  const sentAt = stage.clock.ticks();
  stage.clock.advance(2500);
  stage.holds.onBeat(sentAt, false);
  await settled();
  await stage.advance(499);
  expect(stage.events).toEqual(["held a"]);
  await stage.advance(1);
  expect(stage.events).toHaveLength(2);
});

test("a connection that another node has taken is lost at the next heartbeat", async () => {
  const stage = new Stage();
  stage.ask("a");
  await stage.beat(10);
  stage.elsewhere.add(stage.wanted[0]!.name);
  await stage.beat(1000);
  expect(stage.events[1]).toMatch(/^lost a: another node/);
});

test("after a pause, or when the store has come back empty, a node keeps what it has and takes nothing for a lease", async () => {
  for (const [pause, isOtherBoot] of [
    [2600, false],
    // The store stood still for less than a lease: another node's last heartbeat may be older than this one's.
    [2200, false],
    [1000, true],
  ] as const) {
    const stage = new Stage();
    stage.ask("a");
    await stage.beat(10);
    await stage.beat(pause, isOtherBoot);
    stage.ask("b");
    await stage.advance(0);
    expect(stage.wanted.map(({ mayTake }) => mayTake)).toEqual([true, false]);
    await stage.beat(1000);
    await stage.beat(1000);
    expect(stage.events).toEqual(["held a"]);
    await stage.beat(1000);
    expect(stage.events).toEqual(["held a", "held b"]);
  }
});

test("a node that slept longer than its lease gives up what it had before it asks again", async () => {
  const stage = new Stage();
  const one = stage.ask("a");
  await stage.beat(10);
  // Timers have not run yet: the heartbeat is the first thing after the sleep.
  stage.holds.onBeat(stage.clock.ticks() + 10_000, false);
  expect(stage.events).toHaveLength(2);
  one.release();
  expect(stage.events).toHaveLength(2);
});

test("several connections to one address have names of their own, and a name that was released is used again", async () => {
  const stage = new Stage();
  const first = stage.ask("a");
  stage.ask("a");
  await stage.beat(10);
  const [one, two] = stage.wanted.map(({ name }) => name);
  expect(one).not.toBe(two);
  first.release();
  stage.ask("a");
  await stage.beat(1000);
  expect(stage.wanted.map(({ name }) => name)).toEqual([two, one]);
  expect(stage.free).toEqual([]);
});

test("a name is given back once the store is reached again, and the store never sees an address", async () => {
  const stage = new Stage();
  const asked = stage.ask("program a ws://user:secret@there.test/");
  await stage.beat(10);
  const [{ name }] = stage.wanted as [WantedHold];
  expect(name).toMatch(/^[\w-]{27}$/);
  asked.release();
  await stage.advance(0);
  expect(stage.free).toEqual([name]);
});

test("a name that is released while others are given back is given back, too", async () => {
  const stage = new Stage();
  const [a, b] = [stage.ask("a"), stage.ask("b")];
  await stage.beat(10);
  const names = stage.wanted.map(({ name }) => name);
  stage.onLetGo = () => b.release();
  a.release();
  await stage.advance(0);
  await stage.beat(1000);
  expect(stage.free).toEqual(names);
});
