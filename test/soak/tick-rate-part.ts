import { expect } from "vitest";
import { sleep } from "./figures.ts";
import { ServedApp } from "./served-app.ts";
import type { SoakSettings } from "./settings.ts";
import { loads, type Target } from "./soak-table.ts";

const RATE = 60;

/** A script that counts its ticks by the machine's clock, independent of Parlor's own figures. */
const CLOCK = `
export const tickRate = ${RATE};
let ticks = 0, first = 0n, last = 0n;
export function onTick() {
  last = process.hrtime.bigint();
  if (ticks === 0) first = last;
  ticks += 1;
}
export function onMessage(session) { session.send(ticks + " " + (last - first)); }
`;

/** How exactly a route keeps its tick rate. */
export async function tickRatePart({ seconds, isLong, print }: SoakSettings): Promise<Target[]> {
  const app = await ServedApp.start({ "ws/clock.js": CLOCK }, {});
  const client = await app.open("/ws/clock");
  await sleep((isLong ? seconds : 1) * 1000);
  const report = new Promise<string>((resolve) => (client.onText = resolve));
  client.send("report");
  const [ticks, nanoseconds] = (await report).split(" ").map(Number) as [number, number];
  // The server reports skipped ticks once a second.
  await sleep(1200);
  const figures = (await app.status()).scripts[0]?.ticks;
  const skipped = figures?.skipped ?? 0;
  const periods = ticks - 1 + skipped;
  const error = Math.abs((periods / (nanoseconds / 1e9) - RATE) / RATE);
  const percent = `${(error * 100).toFixed(4)} %`;
  print(
    `ticks: ${ticks} in ${(nanoseconds / 1e9).toFixed(3)} s, ${skipped} skipped, rate error ${percent}, ` +
      `lateness p50 ${figures?.lateness.p50} p99 ${figures?.lateness.p99} ms, load ${loads()}`,
  );
  expect(ticks).toBeGreaterThan(0);
  return [
    {
      target: `tick rate error at ${RATE} Hz over ${(nanoseconds / 1e9).toFixed(0)} s, by the script's own count`,
      wanted: "≤ 0.01 %",
      measured: `${percent}, ${skipped} skipped (counted as due)`,
      isReached: error <= 0.0001,
    },
  ];
}
