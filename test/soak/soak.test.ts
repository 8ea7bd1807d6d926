import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunningApp, folderOf } from "../support/running-app.ts";
import { Random } from "./random.ts";
import { FAULTS, HANGS, HEALTHY, roomScript } from "./scripts.ts";
import { Talker, type Wrongs } from "./talker.ts";

const SECONDS = Number(process.env["PARLOR_SOAK"] ?? 4);
const SEED = Number(process.env["PARLOR_SEED"] ?? 20_261_121);
const isLong = SECONDS > 10;
const HANG_LIMIT = 300;
const KINDS = ["thread", "process"] as const;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** Round trips of a client of the healthy route, ms. */
class Probe {
  readonly times: number[] = [];
  #isOver = false;

  async run(app: RunningApp): Promise<void> {
    const client = app.connect("/ws/healthy", { patience: 30_000 });
    await client.opened;
    while (!this.#isOver) {
      const start = performance.now();
      client.send("ping");
      await client.next();
      this.times.push(performance.now() - start);
      await sleep(5);
    }
  }

  take(): number[] {
    return this.times.splice(0);
  }

  end(): void {
    this.#isOver = true;
  }
}

test(
  `${SECONDS} s of faults and reloads, seed ${SEED}`,
  async () => {
    const random = new Random(SEED);
    const dir = folderOf({
      "ws/thread.js": roomScript("thread", 0),
      "ws/process.js": roomScript("process", 0),
      "ws/healthy.js": HEALTHY,
    });
    const app = await RunningApp.serve(dir, { hangLimit: HANG_LIMIT });
    const url = app.server.url.replace("http", "ws");
    const talkers = KINDS.map((kind) =>
      Array.from(
        { length: isLong ? 20 : 5 },
        (_, index) => new Talker(`${url}/ws/${kind}`, `${kind}${index}`),
      ),
    );
    const all = talkers.flat();
    // Everybody is in the room before anybody speaks.
    for (const group of talkers) {
      for (const talker of group) talker.say();
      for (const talker of group) await talker.heardBy(talker);
      for (const talker of group) talker.heard.clear();
      for (const talker of group) talker.sure.length = 0;
    }
    const probe = new Probe();
    const probing = probe.run(app);
    await sleep(isLong ? 5000 : 1000);
    const quiet = probe.take();
    const talking = setInterval(() => {
      for (const talker of all)
        if (random.below(10) === 0) talker.wait();
        else talker.say();
    }, 10);
    const back = { crash: [] as number[], hang: [] as number[] };
    const pauses: number[] = [];
    const counts = new Map<string, number>();
    const end = performance.now() + SECONDS * 1000;
    for (let version = 1; performance.now() < end; version += 1) {
      const group = random.below(KINDS.length);
      const [attacker, witness] = [random.pick(talkers[group]!), random.pick(talkers[group]!)];
      const what = random.pick([...FAULTS, "close", "reload", "reload"] as const);
      counts.set(what, (counts.get(what) ?? 0) + 1);
      if (what === "reload") {
        writeFileSync(join(dir, `ws/${KINDS[group]}.js`), roomScript(KINDS[group]!, version));
        await app.server.reload();
        pauses.push(
          app.server.status.scripts.find(({ route }) => route === `/ws/${KINDS[group]}`)?.lastPause ?? 0,
        );
      } else if (what === "close") {
        const last = new Talker(`${url}/ws/${KINDS[group]}`, "last");
        await last.client.opened;
        last.client.close();
      } else attacker.attack(what);
      const start = performance.now();
      witness.say();
      await witness.heardBy(witness);
      const kind = what === "close" || HANGS.includes(what) ? "hang" : "crash";
      if (what !== "reload") back[kind].push(performance.now() - start);
      await sleep(random.below(isLong ? 600 : 200));
    }
    clearInterval(talking);
    for (const talker of all) talker.say();
    for (const group of talkers) for (const one of group) for (const other of group) await one.heardBy(other);
    const beside = probe.take();
    probe.end();
    await probing;

    const wrongs: Wrongs = { lost: 0, doubled: 0, disordered: 0 };
    const pairs = talkers.flatMap((group) =>
      group.flatMap((one) => group.map((other) => [one, other] as const)),
    );
    for (const [one, other] of pairs) {
      const found = one.wrongsWith(other);
      for (const name of ["lost", "doubled", "disordered"] as const) wrongs[name] += found[name];
    }
    const sent = all.reduce((sum, { sure }) => sum + sure.length, 0);
    const closed = all.filter(({ isClosed }) => isClosed).length;
    const { scripts, faults } = app.server.status;
    const line = (name: string, value: unknown): string => `  ${name.padEnd(46)} ${String(value)}`;
    console.log(
      [
        `soak: ${SECONDS} s, seed ${SEED}, ${all.length} clients, ${sent} messages to everybody in the room`,
        line("what was done", [...counts].map(([what, count]) => `${what} ${count}`).join(", ")),
        line(
          "restarts, reloads",
          scripts.map(({ route, restarts, reloads }) => `${route} ${restarts}/${reloads}`).join(", "),
        ),
        line("faults told", faults),
        line("sockets closed", closed),
        line(
          "messages lost, doubled, out of order",
          `${wrongs.lost}, ${wrongs.doubled}, ${wrongs.disordered}`,
        ),
        line(
          "pause of a reload p50, p99, ms",
          `${quantile(pauses, 0.5).toFixed(1)}, ${quantile(pauses, 0.99).toFixed(1)}`,
        ),
        line(
          "route back after a crash p50, max, ms",
          `${quantile(back.crash, 0.5).toFixed(0)}, ${Math.max(0, ...back.crash).toFixed(0)}`,
        ),
        line(
          `route back after a hang p50, max, ms (limit ${HANG_LIMIT})`,
          `${quantile(back.hang, 0.5).toFixed(0)}, ${Math.max(0, ...back.hang).toFixed(0)}`,
        ),
        line(
          "healthy route p99 quiet, beside faults, ms",
          `${quantile(quiet, 0.99).toFixed(1)}, ${quantile(beside, 0.99).toFixed(1)}`,
        ),
      ].join("\n"),
    );
    expect(wrongs).toEqual({ lost: 0, doubled: 0, disordered: 0 });
    expect(closed).toBe(0);
  },
  SECONDS * 1000 + 90_000,
);
