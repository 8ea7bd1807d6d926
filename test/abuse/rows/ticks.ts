import type { Attacker } from "../support/attacker.ts";
import { holdsSoon, messagesOf, repeated } from "../support/moves.ts";
import type { Figures } from "../support/row.ts";
import type { Target } from "../support/target.ts";
import type { AbuseRow } from "./row-table.ts";

const CLIENTS = 100;
const PERIOD_MS = 50;
const TICKS = 50;
/** In each tick, for each client that does not read: the system keeps the first 4 MB or so, the server what follows. */
const BYTES = 64_000;

/** Real-time routes. */
export const tickRows: readonly AbuseRow[] = [
  {
    no: 29,
    title: "20 ticks a second for 200 clients, of which 100 get 64 KB each time and do not read",
    expects: "the others get each tick, on time",
    // `unsentTotal`, and what any row may take.
    peak: 192,
    files: {
      "ws/ticking.js": `
export const tickRate = ${1000 / PERIOD_MS};
export const onMessage = (session) => session.room("heavy").join();
export const onTick = (room, _delta, tick) => {
  room.broadcast("tick " + tick);
  room.room("heavy").broadcast("x".repeat(${BYTES}));
};`,
    },
    attack: stall,
    // The machine does other things as well: on time is as without those that do not read.
    holds: ({ cut, ticks, seconds, gapP99, secondsAlone, gapP99Alone }) =>
      cut === 0 &&
      ticks === TICKS &&
      Number(seconds) <= 2 * Number(secondsAlone) &&
      Number(gapP99) <= Math.max(4 * PERIOD_MS, 3 * Number(gapP99Alone)),
  },
];

async function stall(target: Target): Promise<Figures> {
  const readers = await repeated(CLIENTS, () => target.openTicking({ everyMs: PERIOD_MS }));
  const alone = await measure(readers);
  const stalled = await repeated(CLIENTS, () => target.openTicking({ everyMs: PERIOD_MS, bytes: BYTES }));
  for (const client of stalled) client.stopReading();
  const beside = await measure(readers);
  return {
    cut: readers.filter(({ hasEnded }) => hasEnded).length,
    ...beside,
    ...{ secondsAlone: alone.seconds, gapP99Alone: alone.gapP99 },
  };
}

/** How long it takes until all of them have received some ticks, and the times between two of them, ms. */
async function measure(
  readers: readonly Attacker[],
): Promise<Record<"ticks" | "seconds" | "gapP99", number>> {
  const gaps = readers.map(gapsOf);
  const start = performance.now();
  const least = (): number => Math.min(...gaps.map(({ length }) => length));
  await holdsSoon(() => least() >= TICKS || readers.some(({ hasEnded }) => hasEnded), TICKS * PERIOD_MS * 5);
  const sorted = gaps.flat().sort((one, other) => one - other);
  return {
    ticks: Math.min(TICKS, least()),
    seconds: Math.round((performance.now() - start) / 100) / 10,
    gapP99: Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
  };
}

/** The times between the messages that a client receives from now on, ms; it grows. */
function gapsOf(client: Attacker): number[] {
  const gaps: number[] = [];
  let [last, seen] = [performance.now(), messagesOf(client)];
  client.socket.on("data", () => {
    const now = performance.now();
    for (; seen < messagesOf(client); seen += 1) {
      gaps.push(now - last);
      last = now;
    }
  });
  return gaps;
}
