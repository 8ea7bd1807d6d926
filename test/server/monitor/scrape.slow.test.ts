import { expect, test } from "vitest";
import { serveOn } from "../../support/served-app.ts";

const ECHO = `export const onMessage = (session, text) => session.send(text);`;

test("a scrape of 300 routes never holds up the sockets for 5 ms", { timeout: 120_000 }, async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`ws/r${at}.js`, ECHO]));
  const app = await serveOn("inline", files);
  for (let at = 0; at < 300; at++) (await app.open(`/ws/r${at}`)).send("x");
  const scrapes: Turns[] = [];
  for (let n = 0; n < 40; n++) scrapes.push(await turnsOf(app.server.metrics()));
  // Of many scrapes, the best: others share the processor, and where they slow it down, all of a scrape takes longer.
  const whole = Math.min(...scrapes.map(({ all }) => all));
  expect(Math.min(...scrapes.map(({ longest }) => longest))).toBeLessThan(Math.max(5, whole / 4));
});

/** CPU time, ms. */
interface Turns {
  readonly longest: number;
  readonly all: number;
}

async function turnsOf(work: Promise<unknown>): Promise<Turns> {
  const start = cpuMs();
  let [longest, last, isOver] = [0, start, false];
  void work.finally(() => (isOver = true));
  while (!isOver) {
    await new Promise(setImmediate);
    const now = cpuMs();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return { longest, all: last - start };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
