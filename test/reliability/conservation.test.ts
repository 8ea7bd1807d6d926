import { describe, expect, test } from "vitest";
import type { FlowSnapshot, RouteFigures } from "../../src/index.ts";
import type { Client } from "../support/client.ts";
import { serveOn, type Place, type ServedApp } from "../support/served-app.ts";

const PLACES: readonly Place[] = ["inline", "thread", "process"];
const CLIENTS = 8;

const MIXED = `
  export const scope = "route";
  export function onOpen(session) { session.room("all").join(); }
  export async function onMessage(session, text) {
    const [what, number] = text.split(" ");
    if (what === "echo") session.send(number);
    if (what === "room") session.room("all").broadcast(number, { key: "k" });
    if (what === "throw") throw new Error("meant");
    if (what === "later") { await new Promise((resolve) => setTimeout(resolve, 3)); session.send(number); }
    if (what === "forever") await new Promise(() => {});
    if (what === "close") session.close(4000, "enough");
    if (what === "exit") process.exit(3);
  }
  // A version that takes over finds its sessions in their rooms.
  export function onReload() {}
`;

/** Deterministic, so that a failure can be repeated. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

function expectSum({ offered, delivered, queued, dropped }: FlowSnapshot<string>): void {
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(delivered + queued + lost).toBe(offered);
  expect(queued).toBeGreaterThanOrEqual(0);
}

function figuresOf(app: ServedApp, route: string): RouteFigures {
  const figures = app.server.traffic.routes.find((each) => each.route === route);
  if (figures === undefined) throw new Error(`no figures of ${route}`);
  return figures;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.each(PLACES)("on the host kind %s", (place) => {
  test(
    "each message is delivered, queued or dropped for a reason, whatever happens",
    { timeout: 60_000 },
    async () => {
      const app = await serveOn(place, { "ws/mixed.js": MIXED }, { handlerTimeout: 100 });
      const roll = dice(7);
      const clients: Client[] = [];
      for (let at = 0; at < CLIENTS; at += 1) clients.push(await app.open("/ws/mixed"));
      let sent = 0;
      for (let round = 0; round < 30; round += 1) {
        for (const client of clients) {
          if (client.socket.readyState !== 1) continue;
          for (let count = roll(12); count > 0; count -= 1) {
            const what = ["echo", "room", "throw", "later", "echo", "room"][roll(6)];
            client.send(`${roll(40) === 0 ? "forever" : what} ${sent}`);
            sent += 1;
          }
        }
        const chosen = clients[roll(CLIENTS)]!;
        const event = roll(10);
        if (event === 0) chosen.socket.pause();
        else if (event === 1) chosen.socket.resume();
        else if (event === 2) chosen.terminate();
        else if (event === 3) chosen.close();
        else if (event === 4) chosen.send("close");
        else if (event === 5 && place !== "inline") chosen.send("exit");
        else if (event === 6) await app.server.reload("/ws/mixed");
        const { inbound, outbound } = figuresOf(app, "/ws/mixed");
        expectSum(inbound);
        expectSum(outbound);
        await new Promise(setImmediate);
      }
      for (const client of clients) {
        client.socket.resume();
        client.terminate();
      }
      await until(() => app.server.sessionCount === 0);
      const { inbound, outbound } = figuresOf(app, "/ws/mixed");
      expectSum(inbound);
      expectSum(outbound);
      expect([inbound.queued, outbound.queued]).toEqual([0, 0]);
      expect(outbound.offered).toBe(app.server.health.messages.offered);
      expect(inbound.offered).toBeGreaterThan(500);
      expect(app.server.traffic).toMatchObject({ slowSessions: 0, unsentBytes: 0 });
    },
  );

  test("a client of which too many messages wait is not read, and all others are", async () => {
    const app = await serveOn(
      place,
      { "ws/slow.js": SLOW_SCRIPT },
      { waitingEvents: 100, handlerTimeout: 60_000 },
    );
    const [busy, honest] = [await app.open("/ws/slow"), await app.open("/ws/slow")];
    busy.send("block");
    for (let at = 0; at < 3000; at += 1) busy.send(`${at} ${"x".repeat(2000)}`);
    await until(() => figuresOf(app, "/ws/slow").inbound.queued > 10);
    honest.send("ping");
    expect(await honest.next()).toBe("ping");
    honest.send("again");
    expect(await honest.next()).toBe("again");
    expect(figuresOf(app, "/ws/slow").inbound.queued).toBeLessThan(1000);
    honest.send("unblock");
    for (let at = 0; at < 3000; at += 1) expect(Number.parseInt(String(await busy.next()), 10)).toBe(at);
    await until(() => figuresOf(app, "/ws/slow").inbound.queued === 0);
    expect(figuresOf(app, "/ws/slow").inbound).toMatchObject({ offered: 3004, delivered: 3004 });
  });

  test("whenFull: drop drops and counts what comes while too many messages wait", async () => {
    const app = await serveOn(
      place,
      { "ws/slow.js": SLOW_SCRIPT },
      { waitingEvents: 100, whenFull: "drop", handlerTimeout: 60_000 },
    );
    const [busy, honest] = [await app.open("/ws/slow"), await app.open("/ws/slow")];
    busy.send("block");
    for (let at = 0; at < 500; at += 1) busy.send(String(at));
    await until(() => figuresOf(app, "/ws/slow").inbound.offered === 501);
    honest.send("unblock");
    await until(() => figuresOf(app, "/ws/slow").inbound.queued === 0);
    const { inbound } = figuresOf(app, "/ws/slow");
    expectSum(inbound);
    expect(inbound.dropped.full).toBeGreaterThan(300);
    expect(app.server.health.limits.whenFull).toBe(inbound.dropped.full);
    await app.log.find(/^messages came while too many of their session waited 1 time, .* \(whenFull\)/);
    busy.send("after");
    const seen: string[] = [];
    while (seen.at(-1) !== "after") seen.push(String(await busy.next()));
    expect(seen.slice(0, 5)).toEqual(["0", "1", "2", "3", "4"]);
  });

  test("whenFull: close closes the session of which too many messages wait with 1008", async () => {
    const app = await serveOn(
      place,
      { "ws/slow.js": SLOW_SCRIPT },
      { waitingEvents: 100, whenFull: "close", handlerTimeout: 60_000 },
    );
    const [busy, honest] = [await app.open("/ws/slow"), await app.open("/ws/slow")];
    busy.send("block");
    for (let at = 0; at < 500; at += 1) busy.send(String(at));
    expect(await busy.closed).toEqual({ code: 1008, reason: "too many messages wait" });
    expect(app.server.health.limits.whenFull).toBe(1);
    honest.send("unblock");
    honest.send("here");
    expect(await honest.next()).toBe("here");
  });
});

const SLOW_SCRIPT = `
  export const scope = "route";
  let unblock = () => {};
  export function onMessage(session, text) {
    if (text === "block") return new Promise((resolve) => { unblock = resolve; });
    if (text === "unblock") return unblock();
    session.send(text);
  }
`;

describe.each<Place>(["thread", "process"])("on the host kind %s", (place) => {
  test(
    "the session on whose messages the script hangs twice within a minute is closed with 1008",
    { timeout: 60_000 },
    async () => {
      const app = await serveOn(
        place,
        {
          "ws/hang.js": `export function onMessage(session, text) { if (text === "hang") for (;;) {} session.send(text); }`,
        },
        { hangLimit: 300 },
      );
      const [bad, honest] = [await app.open("/ws/hang"), await app.open("/ws/hang")];
      for (let at = 0; at < 12; at += 1) bad.send("hang");
      expect(await bad.closed).toEqual({ code: 1008, reason: "the script hung on its messages twice" });
      honest.send("still here");
      expect(await honest.next()).toBe("still here");
      expect(app.server.health).toMatchObject({ culprits: 1, sessions: 1 });
      expect((await app.logged(/hung twice within a minute/)).text).toMatch(
        /session [0-9a-f-]{36} from 127\.0\.0\.1/,
      );
      const { inbound } = figuresOf(app, "/ws/hang");
      expectSum(inbound);
      expect(inbound.dropped).toMatchObject({ culprit: 2, closed: 10 });
    },
  );
});
