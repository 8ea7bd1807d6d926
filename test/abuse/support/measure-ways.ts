import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Attacker } from "./attacker.ts";
import { holdsSoon } from "./moves.ts";
import { figuresOf, ParlorVictim, type Victim, type VictimOptions } from "./victim.ts";
import type { Way } from "./ways.ts";

/** Registers a test for each way, and one that prints what all of them took, most first. */
export function measureWays(
  ways: readonly Way[],
  { title, most, ownPort = false, ...options }: MeasureOptions,
): void {
  const measured: { readonly way: string; readonly each: number; readonly peak: number }[] = [];
  test.each(ways)(
    `$name, ${title}: a client makes the server hold a bounded part of memory`,
    async ({ name, attack, seconds, clients = CLIENTS }) => {
      const victim = await ParlorVictim.start({ ...options, env: ENV });
      const target = ownPort ? await atPortOf(victim) : victim;
      const probe = await Attacker.upgrade(target);
      expect([101, 400, 404, 405, 426]).toContain(await probe.status());
      probe.reset();
      // The threads run, and the code is warm, before anything is measured.
      await attack(target);
      const before = await settledResident(victim.pid);
      writeFileSync(`/proc/${victim.pid}/clear_refs`, "5");
      await Promise.all(Array.from({ length: clients }, () => attack(target)));
      const { peak } = figuresOf(victim.pid);
      const after = await settledResident(victim.pid, seconds);
      const each = (after - before) / clients;
      measured.push({ way: name, each, peak: (peak - before) / clients });
      expect(victim.end).toBeNull();
      expect(each).toBeLessThan(most);
    },
  );

  test(`the most of all ways, ${title}, is reported`, () => {
    const lines = measured
      .toSorted((one, other) => other.each - one.each)
      .map(({ way, each, peak }) => `${each.toFixed(2).padStart(6)} MiB (peak ${peak.toFixed(2)})  ${way}`);
    console.log(`memory that one client holds ${title}, of ${CLIENTS}:\n${lines.join("\n")}`);
    expect(measured).toHaveLength(ways.length);
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
  const collect = () => { gc(); setImmediate(gc); };
  if (isMainThread) process.on("SIGUSR2", () => { collect(); channel.postMessage(0); });
  else channel.onmessage = collect;`;
const ENV = {
  // What the allocator of the system keeps for later is not held by a client.
  ...{ MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "65536", MALLOC_ARENA_MAX: "2" },
  NODE_OPTIONS: `--expose-gc --import data:text/javascript,${encodeURIComponent(COLLECT)}`,
};

async function settledResident(pid: number, seconds = 2): Promise<number> {
  process.kill(pid, "SIGUSR2");
  let least = figuresOf(pid).resident;
  for (let looks = 0; looks < 10 * seconds; looks += 1) {
    if (looks % 10 === 9) process.kill(pid, "SIGUSR2");
    await new Promise((resolve) => setTimeout(resolve, 100));
    least = Math.min(least, figuresOf(pid).resident);
  }
  return least;
}
