import { describe, expect, test } from "vitest";
import type { DeliveryCounts } from "../../src/index.ts";
import type { Client } from "../support/client.ts";
import { serveOn, type Place, type ServedApp } from "../support/served-app.ts";

const PLACES: readonly Place[] = ["inline", "thread", "process"];

/** Sends a numbered part every millisecond, until its client says stop. */
const STREAM = (call: string): string => `
  let timer;
  export const scope = "connection";
  export function onMessage(session, text) {
    if (text === "stop") return clearInterval(timer);
    let number = 0;
    timer = setInterval(() => {
      number += 1;
      const part = number + " " + "x".repeat(100_000);
      ${call};
    }, 1);
  }
  export function onClose() { clearInterval(timer); }
`;

/** Resolves when the server's counts of messages are so. */
async function counted(app: ServedApp, isSo: (counts: DeliveryCounts) => boolean): Promise<void> {
  while (!isSo(app.server.health.messages)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The numbers of all messages until the last one that was sent. */
async function rest(client: Client, least: number): Promise<number[]> {
  const numbers: number[] = [];
  for (;;) {
    const number = Number.parseInt(String(await client.next()), 10);
    numbers.push(number);
    if (number >= least && client.unread === 0) return numbers;
  }
}

describe.each(PLACES)("on the host kind %s, a client that does not read", (place) => {
  test.each([
    ["latest", "session.send(part)", "droppedSuperseded"],
    ["drop-oldest", "session.send(part)", "droppedSlow"],
    [
      "close",
      `session.room("r").join(); session.room("r").broadcast(part, { key: "part" })`,
      "droppedSuperseded",
    ],
  ] as const)(
    "loses messages by the policy %s, keeps its order, and gets the newest",
    async (slow, call, what) => {
      const script = `export const slow = "${slow}"; ${STREAM(call)}`;
      const app = await serveOn(place, { "ws/stream.js": script });
      const client = await app.open("/ws/stream");
      client.send("start");
      await client.next();
      client.socket.pause();
      await counted(app, (counts) => counts[what] >= 40);
      expect(app.server.health.messages[what]).toBeGreaterThanOrEqual(40);
      client.send("stop");
      client.socket.resume();
      const numbers = await rest(client, 40);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      const { offered, delivered, queued, ...others } = app.server.health.messages;
      const lost = Object.entries(others).reduce(
        (sum, [name, count]) => sum + (name === "cutSlow" ? 0 : count),
        0,
      );
      expect(delivered + queued + lost).toBe(offered);
      expect(app.server.health.sessions).toBe(1);
    },
  );

  test("is closed with 1013 by the default policy", async () => {
    const app = await serveOn(place, { "ws/stream.js": STREAM("session.send(part)") });
    const client = await app.open("/ws/stream");
    client.send("start");
    client.socket.pause();
    await counted(app, ({ cutSlow }) => cutSlow > 0);
    client.socket.resume();
    expect(await client.closed).toEqual({ code: 1013, reason: "slow consumer" });
    expect(app.server.health.limits).toMatchObject({ unsentLimit: 1 });
    await app.log.find(/1 session was closed with 1013, the last from 127\.0\.0\.1: .* \(unsentLimit\)/);
  });

  test("is waited for by a script that looks at bufferedBytes and onDrain", async () => {
    const app = await serveOn(place, {
      "ws/file.js": `
        let sent = 0, drained = 0, most = 0;
        export const scope = "connection";
        function fill(session) {
          while (sent < 400 && session.bufferedBytes < 300_000) session.send(++sent + " " + "x".repeat(100_000));
          most = Math.max(most, session.bufferedBytes);
        }
        export function onMessage(session, text) {
          if (text === "start") fill(session);
          else session.send(JSON.stringify({ sent, drained, most, buffered: session.bufferedBytes }));
        }
        export function onDrain(session) { drained += 1; fill(session); }
      `,
    });
    const client = await app.open("/ws/file");
    client.socket.pause();
    client.send("start");
    await counted(app, ({ offered }) => offered > 1);
    client.socket.resume();
    for (let number = 1; number <= 400; number += 1)
      expect(Number.parseInt(String(await client.next()), 10)).toBe(number);
    client.send("how much?");
    expect(await client.nextJson()).toMatchObject({ sent: 400, buffered: 0 });
    expect(app.server.health.messages.cutSlow).toBe(0);
  });

  test("makes an async handler wait until it has read", async () => {
    const app = await serveOn(place, {
      "ws/file.js": `
        let wake = () => {};
        export const scope = "connection";
        export async function onMessage(session) {
          for (let number = 1; number <= 300; number += 1) {
            session.send(number + " " + "x".repeat(100_000));
            await new Promise((resolve) => setTimeout(resolve, 1));
            if (session.bufferedBytes > 300_000) await new Promise((resolve) => { wake = resolve; });
          }
          session.send("done");
        }
        export function onDrain() { wake(); }
      `,
    });
    const client = await app.open("/ws/file");
    client.socket.pause();
    client.send("start");
    await counted(app, ({ queued }) => queued > 0);
    client.socket.resume();
    for (let number = 1; number <= 300; number += 1)
      expect(Number.parseInt(String(await client.next()), 10)).toBe(number);
    expect(await client.next()).toBe("done");
    expect(app.server.health.messages.cutSlow).toBe(0);
  });
});
