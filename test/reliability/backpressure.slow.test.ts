import { describe, expect, test } from "vitest";
import type { Client } from "../support/client.ts";
import { serveOn, type Place } from "../support/served-app.ts";

const MEBIBYTE = 1024 * 1024;
/** How long a conversation beside the attack lasts, ms: longer than the script may hang, which ends it once. */
const BESIDE_MS = Number(process.env["PARLOR_BESIDE_SECONDS"] ?? 2.5) * 1000;

/** What a script may do without an end, or at once. */
const ATTACKS: Readonly<Record<string, string>> = {
  "logs in an endless loop": `for (;;) console.log("x");`,
  "sends a million messages in one handler": `for (let at = 0; at < 1000000; at += 1) session.send("hello " + at);`,
  "joins and leaves 5,000 rooms in each millisecond": `setInterval(() => {
    for (let at = 0; at < 5000; at += 1) {
      session.room("room" + (at % 500)).join();
      session.room("room" + (at % 500)).leave();
    }
  }, 1);`,
};

/** Says something every 5 ms for this long. Returns how long each reply took, ms, shortest first. */
async function converse(client: Client, ms: number): Promise<number[]> {
  const delays: number[] = [];
  for (const end = performance.now() + ms; delays.length === 0 || performance.now() < end;) {
    const from = performance.now();
    client.send("hi");
    await client.next();
    delays.push(performance.now() - from);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return delays.sort((a, b) => a - b);
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Infinity;
}

describe.each<Place>(["thread", "process"])("beside a script in a %s", (place) => {
  test.each(Object.entries(ATTACKS))(
    "another route is served while it %s",
    { timeout: 60_000 },
    async (_, attack) => {
      const app = await serveOn(
        place,
        {
          "ws/bad.js": `export function onMessage(session) { ${attack} }`,
          "ws/good.js": `export function onMessage(session, text) { session.send(text); }`,
        },
        { hangLimit: 0.6 * BESIDE_MS },
      );
      const [bad, good] = [app.connect("/ws/bad"), app.connect("/ws/good", { patience: 15_000 })];
      await Promise.all([bad.opened, good.opened]);
      // Its script runs before anything is measured.
      await converse(good, 0);
      const quiet = median(await converse(good, BESIDE_MS / 4));
      const before = process.memoryUsage.rss();
      bad.send("go");
      const delays = await converse(good, BESIDE_MS);
      // The clients are in this process, too: one of them gets a million messages.
      // Beside other programs each reply takes longer, with or without the attack.
      expect(median(delays)).toBeLessThan(20 + 4 * quiet);
      expect(delays.at(-1)).toBeLessThan(2000);
      expect((process.memoryUsage.rss() - before) / MEBIBYTE).toBeLessThan(256);
    },
  );
});
