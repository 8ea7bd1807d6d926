import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { RunningApp, folderOf } from "../support/running-app.ts";

const isLong = Number(process.env["PARLOR_SOAK"] ?? 0) > 10;
const SOCKETS = Number(process.env["PARLOR_SOCKETS"] ?? (isLong ? 8000 : 300));
const RELOADS = Number(process.env["PARLOR_RELOADS"] ?? (isLong ? 100 : 12));

const script = (version: number): string => `
export const version = ${version};
let count = 0;
export const saveState = () => count;
export const restoreState = (saved) => { count = saved; };
export function onMessage(session, text) {
  count += 1;
  session.setAttribute("last", [text]);
  session.send(text + " " + count);
}
`;

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** A socket that says the next number when it has heard the one before, and each instance counts along. */
class Counter {
  readonly opened: Promise<void>;
  readonly socket: WebSocket;
  heard = 0;
  wrong = 0;
  isClosed = false;

  constructor(url: string) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once("open", resolve);
      this.socket.once("error", reject);
    });
    this.socket.on("close", () => (this.isClosed = true));
    this.socket.on("message", (data) => this.#hear((data as Buffer).toString()));
  }

  say(): void {
    this.socket.send(String(this.heard + 1));
  }

  #hear(text: string): void {
    this.heard += 1;
    if (text !== `${this.heard} ${this.heard}`) this.wrong += 1;
  }
}

test(`${RELOADS} reloads under ${SOCKETS} sockets close, lose and double nothing`, async () => {
  const dir = folderOf({ "ws/count.js": script(0) });
  const app = await RunningApp.serve(dir);
  const counters: Counter[] = [];
  while (counters.length < SOCKETS) {
    const some = Array.from({ length: Math.min(200, SOCKETS - counters.length) }, () => {
      return new Counter(`${app.server.url.replace("http", "ws")}/ws/count`);
    });
    await Promise.all(some.map(({ opened }) => opened));
    counters.push(...some);
  }
  // A part of them speaks at any time; each waits for its answer before it speaks again.
  let turn = 0;
  const asked = new Map<Counter, number>();
  const talking = setInterval(() => {
    for (let left = Math.min(100, SOCKETS); left > 0; left -= 1) {
      const counter = counters[(turn = (turn + 1) % SOCKETS)]!;
      if ((asked.get(counter) ?? 0) > counter.heard) continue;
      asked.set(counter, counter.heard + 1);
      counter.say();
    }
  }, 5);
  const pauses: number[] = [];
  const memory: number[] = [];
  for (let version = 1; version <= RELOADS; version += 1) {
    writeFileSync(join(dir, "ws/count.js"), script(version));
    await app.server.reload();
    pauses.push(app.server.status.scripts[0]?.lastPause ?? 0);
    if (version === 10 || version === RELOADS) memory.push(process.memoryUsage().rss / 1024 / 1024);
  }
  clearInterval(talking);
  const { reloads } = app.server.status.scripts[0]!;
  for (const [counter, number] of asked) {
    while (counter.heard < number) await new Promise((resolve) => counter.socket.once("message", resolve));
  }
  const [closed, wrong] = [
    counters.filter(({ isClosed }) => isClosed).length,
    counters.reduce((sum, one) => sum + one.wrong, 0),
  ];
  console.log(
    `${RELOADS} reloads, ${SOCKETS} sockets: ${closed} closed, ${wrong} wrong; ` +
      `pause p50 ${quantile(pauses, 0.5).toFixed(1)}, p99 ${quantile(pauses, 0.99).toFixed(1)}, ` +
      `max ${Math.max(...pauses).toFixed(1)} ms; memory ${memory.map((mib) => mib.toFixed(0)).join(" -> ")} MiB`,
  );
  expect(reloads).toBe(RELOADS);
  expect({ closed, wrong }).toEqual({ closed: 0, wrong: 0 });
}, 300_000);
