import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sleep } from "../../soak/figures.ts";
import { Attacker } from "./attacker.ts";
import { holdsSoon } from "./moves.ts";
import { figuresOf, ParlorVictim, type Victim, type VictimOptions } from "./victim.ts";
import type { Way } from "./ways.ts";

/** Registers a test for each way, and one that prints what all of them took, most first. */
export function measureWays(
  ways: readonly Way[],
  { title, most: usual, ownPort = false, ...options }: MeasureOptions,
): void {
  // By the name of the way: one that is tried again replaces its first figures.
  const measured = new Map<string, Figures>();
  test.each(ways)(
    `$name, ${title}: a client makes the server hold a bounded part of memory`,
    async ({ name, attack, seconds, clients = CLIENTS, most = usual }) => {
      const victim = await ParlorVictim.start({ ...options, env: ENV });
      const target = ownPort ? await atPortOf(victim) : victim;
      const probe = await Attacker.upgrade(target);
      expect([101, 400, 404, 405, 426]).toContain(await probe.status());
      probe.reset();
      // The threads run, and the code is warm, before anything is measured.
      await attack(target);
      const before = await settledResident(victim.pid, { enough: Infinity });
      writeFileSync(`/proc/${victim.pid}/clear_refs`, "5");
      await Promise.all(Array.from({ length: clients }, () => attack(target)));
      const { peak } = figuresOf(victim.pid);
      const after = await settledResident(victim.pid, { seconds, enough: before + clients * most });
      const each = (after - before) / clients;
      measured.set(name, { each, peak: (peak - before) / clients });
      expect(victim.end).toBeNull();
      expect(each).toBeLessThan(most);
    },
  );

  test(`the most of all ways, ${title}, is reported`, () => {
    const lines = [...measured]
      .toSorted(([, one], [, other]) => other.each - one.each)
      .map(([way, { each, peak }]) => `${each.toFixed(2).padStart(6)} MiB (peak ${peak.toFixed(2)})  ${way}`);
    console.log(`memory that one client holds ${title}, of ${CLIENTS}:\n${lines.join("\n")}`);
    expect([...measured.keys()].toSorted()).toEqual(ways.map(({ name }) => name).toSorted());
  });
}

export interface MeasureOptions extends VictimOptions {
  /** Where the ways are tried, such as "on a route of ws/". */
  readonly title: string;
  /** What one client may make a server hold, MiB. */
  readonly most: number;
  /** The program listens on a port of its own, which it logs. */
  readonly ownPort?: boolean;
}

/** The same server, on the port that its program has logged. */
async function atPortOf(victim: ParlorVictim): Promise<Victim> {
  const port = (): number =>
    Number(/own port (\d+)/.exec(victim.app.logged(/own port \d+/)[0] ?? "")?.[1] ?? 0);
  await holdsSoon(() => port() > 0);
  return Object.create(victim, { port: { value: port() } }) as Victim;
}

/** As many clients do the same, so that what the server takes for itself is a small part. */
const CLIENTS = 24;

/** Collects the garbage of all threads of the server, which is held no more. */
const COLLECT = `
  import { isMainThread } from "node:worker_threads";
  const channel = new BroadcastChannel("collect");
  channel.unref();
  // The second one gives back the pages that V8 keeps for later.
  const last = () => gc({ type: "major", execution: "sync", flavor: "last-resort" });
  const collect = () => { gc(); setImmediate(last); };
  if (isMainThread) process.on("SIGUSR2", () => { collect(); channel.postMessage(0); });
  else channel.onmessage = collect;`;
const ENV = {
  // What the allocator of the system keeps for later is not held by a client.
  ...{ MALLOC_MMAP_THRESHOLD_: "32768", MALLOC_TRIM_THRESHOLD_: "32768", MALLOC_ARENA_MAX: "2" },
  // Nor are the pages of young objects that V8 keeps for later: on Node 24 up to 128 MB of each heap, also after a collection.
  NODE_OPTIONS: `--max-semi-space-size=4 --expose-gc --import data:text/javascript,${encodeURIComponent(COLLECT)}`,
};

/**
 * The least that a server takes when it rests. V8 and the allocator give memory back some seconds after it was freed, and
 * later on a busy machine: what is over `enough` is looked at for longer. All ways are measured for their figures, so
 * each is looked at until it falls no more. Otherwise, the first time that it is low enough will do.
 */
async function settledResident(pid: number, { seconds = 2, enough }: Settling): Promise<number> {
  const end = performance.now() + (seconds + PATIENCE_SECONDS) * 1000;
  if (IS_EXACT) await sleep((seconds - 1) * 1000);
  let [least, before] = [Infinity, Infinity];
  do {
    before = least;
    await rest(pid, end);
    process.kill(pid, "SIGUSR2");
    for (let looks = 0; looks < 10; looks += 1) {
      await sleep(100);
      least = Math.min(least, figuresOf(pid).resident);
    }
  } while ((least > enough || (IS_EXACT && least < before - 1)) && performance.now() < end);
  return least;
}

/** Until a server has handled what it was sent: it uses little CPU time. */
async function rest(pid: number, end: number): Promise<void> {
  for (let used = Infinity; used > RESTING_MS && performance.now() < end;) {
    const { cpu } = figuresOf(pid);
    await sleep(500);
    used = figuresOf(pid).cpu - cpu;
  }
}

interface Settling {
  /** At least; default 2. */
  readonly seconds?: number | undefined;
  /** MiB. */
  readonly enough: number;
}

interface Figures {
  /** MiB of each client, at rest and at the most. */
  readonly each: number;
  readonly peak: number;
}

const IS_EXACT = process.env["PARLOR_WAYS"] === "all";
const PATIENCE_SECONDS = 20;
/** Of CPU time, in half a second. */
const RESTING_MS = 100;
