import { expect } from "vitest";
import { BreakableRoute } from "./breakable-route.ts";
import { breakableScript, CRASHES, ECHO, LOOPS } from "./breakable-script.ts";
import { most, quantile, sleep } from "./figures.ts";
import { ServedApp } from "./served-app.ts";
import type { SoakSettings } from "./settings.ts";
import { loads, type Target } from "./soak-table.ts";
import { sumOf } from "./stream-check.ts";

const HANG_LIMIT = 1000;
const OTHERS = { count: 10, perSecond: 1000 };

/** Crashes and endless loops of one route, on each kind of host, beside another that must not notice. */
export async function neighboursPart(settings: SoakSettings): Promise<Target[]> {
  const app = await ServedApp.start(
    {
      "ws/healthy.js": ECHO,
      "ws/thread.js": breakableScript("thread"),
      "ws/process.js": breakableScript("process"),
    },
    { hangLimit: HANG_LIMIT },
  );
  const targets: Target[] = [];
  for (const kind of ["thread", "process"] as const)
    targets.push(...(await breakBeside(app, kind, settings)));
  return targets;
}

async function breakBeside(
  app: ServedApp,
  kind: "thread" | "process",
  settings: SoakSettings,
): Promise<Target[]> {
  const healthy = await BreakableRoute.join(app, "healthy", OTHERS);
  const route = await BreakableRoute.join(app, kind, { count: 20, perSecond: 1000 });
  await sleep(500);
  healthy.takeWaits();
  await sleep(settings.isLong ? 5000 : 500);
  const quiet = healthy.takeWaits();

  const crashes = Array.from(
    { length: settings.isLong ? 20 : 2 },
    (_, index) => CRASHES[index % CRASHES.length]!,
  );
  const loops = Object.keys(LOOPS).slice(0, settings.isLong ? 5 : kind === "thread" ? 1 : 0);
  const afterCrash: (number | null)[] = [];
  for (const crash of crashes) {
    afterCrash.push(await route.break(`fault ${crash}`));
    await sleep(settings.isLong ? 300 : 50);
  }
  const besideCrashes = healthy.takeWaits();
  const afterLoop: (number | null)[] = [];
  for (const loop of loops) {
    afterLoop.push(await route.break(loop));
    await sleep(settings.isLong ? 300 : 50);
  }
  const besideLoops = healthy.takeWaits();
  await Promise.all([healthy.end(), route.end()]);

  const wrongs = sumOf([healthy.wrongs(), route.wrongs()]);
  const closed = healthy.closed + route.closed;
  const row = (await app.status()).scripts.find((script) => script.route === `/ws/${kind}`);
  const neverBack = [...afterCrash, ...afterLoop].filter((ms) => ms === null).length;
  const [crash, loop] = [afterCrash, afterLoop].map((all) => all.map((ms) => ms ?? Infinity));
  const figures = (values: readonly number[], share: number): string =>
    `${quantile(values, share).toFixed(0)} / ${most(values).toFixed(0)} ms`;
  const [q99, b99] = [quantile(quiet, 0.99), quantile([...besideCrashes, ...besideLoops], 0.99)];
  const waits = (all: readonly number[]): string =>
    `${quantile(all, 0.5).toFixed(2)} / ${quantile(all, 0.99).toFixed(2)} ms`;
  settings.print(
    [
      `neighbours, ${kind}: ${crashes.length} crashes, ${loops.length} loops (hang limit ${HANG_LIMIT} ms), restarts ${row?.restarts}, load ${loads()}`,
      `  healthy route p50 / p99: quiet ${waits(quiet)}, beside crashes ${waits(besideCrashes)}, beside loops ${waits(besideLoops)}`,
      `  back after each crash, ms: ${(crash ?? []).map((ms) => ms.toFixed(0)).join(" ")}`,
      `  back after each loop, ms: ${(loop ?? []).map((ms) => ms.toFixed(0)).join(" ")}`,
    ].join("\n"),
  );
  expect({ server: app.end, closed, ...wrongs, neverBack }).toEqual({
    server: null,
    closed: 0,
    lost: 0,
    doubled: 0,
    disordered: 0,
    neverBack: 0,
  });
  expect(row?.restarts).toBeGreaterThanOrEqual(crashes.length + loops.length);
  const what = `${crashes.length} crashes and ${loops.length} loops (${kind})`;
  return [
    {
      target: `${what}: sockets and messages, here and beside`,
      wanted: "0 closed, lost, doubled, disordered",
      measured: `${closed}, ${wrongs.lost}, ${wrongs.doubled}, ${wrongs.disordered} of ${healthy.sent + route.sent}`,
      isReached: true,
    },
    {
      target: `${what}: healthy route p50 / p99, quiet, then beside`,
      wanted: "p99 ≤ 2× quiet",
      measured: `${waits(quiet)}, ${waits([...besideCrashes, ...besideLoops])} (${(b99 / q99).toFixed(1)}×)`,
      isReached: b99 <= 2 * q99,
    },
    {
      target: `${what}: route back after a crash, p50 / max`,
      wanted: "≤ 200 ms",
      measured: figures(crash ?? [], 0.5),
      isReached: most(crash ?? []) <= 200,
    },
    {
      target: `${what}: route back after a loop, p50 / max`,
      wanted: `≤ ${HANG_LIMIT} + 200 ms`,
      measured: figures(loop ?? [], 0.5),
      isReached: most(loop ?? []) <= HANG_LIMIT + 200,
    },
  ];
}
