import { expect } from "vitest";
import { BreakableRoute } from "./breakable-route.ts";
import { breakableScript, ECHO, LEAKS } from "./breakable-script.ts";
import { most, sleep } from "./figures.ts";
import { ServedApp } from "./served-app.ts";
import type { SoakSettings } from "./settings.ts";
import type { Target } from "./soak-table.ts";
import { sumOf } from "./stream-check.ts";

const MEBIBYTE = 1024 * 1024;

/** Every way to take all memory, in a process of its own, beside another route. */
export async function leaksPart({ isLong, print }: SoakSettings): Promise<Target[]> {
  const memoryLimit = isLong ? 512 : 96;
  const app = await ServedApp.start(
    { "ws/process.js": breakableScript("process"), "ws/healthy.js": ECHO },
    { memoryLimit: memoryLimit * MEBIBYTE },
    // With this on its command line Node heeds no limit of a thread's memory.
    { env: { NODE_OPTIONS: "--max-old-space-size=4096" } },
  );
  const healthy = await BreakableRoute.join(app, "healthy", { count: 20, perSecond: 200 });
  const route = await BreakableRoute.join(app, "process", { count: 20, perSecond: 200 });
  const names = Object.keys(LEAKS);
  const leaks = isLong ? names : ["growing Map", "Buffers"];
  const back: (number | null)[] = [];
  for (const leak of leaks) {
    back.push(await route.break(leak));
    await sleep(100);
  }
  await Promise.all([healthy.end(), route.end()]);

  const wrongs = sumOf([healthy.wrongs(), route.wrongs()]);
  const closed = healthy.closed + route.closed;
  const neverBack = back.filter((ms) => ms === null).length;
  const times = leaks.map((leak, index) => `${leak} ${back[index]?.toFixed(0)}`);
  print(`leaks: memoryLimit ${memoryLimit} MiB; back after, ms: ${times.join(", ")}`);
  expect({ server: app.end, closed, ...wrongs, neverBack }).toEqual({
    server: null,
    closed: 0,
    lost: 0,
    doubled: 0,
    disordered: 0,
    neverBack: 0,
  });
  return [
    {
      target: `${leaks.length} leaks in a process (memoryLimit ${memoryLimit} MiB): sockets and messages, here and beside`,
      wanted: "0 closed, lost, doubled, disordered",
      measured:
        `${closed}, ${wrongs.lost}, ${wrongs.doubled}, ${wrongs.disordered}; ` +
        `back within ${most(back.map((ms) => ms ?? Infinity)).toFixed(0)} ms`,
      isReached: true,
    },
  ];
}
