import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveForAll, type Place, type ServedApp } from "../../../support/served-app.ts";
import { Refused } from "../../../support/client.ts";
import { skips } from "../../../support/require.ts";

const FILES = {
  "ws/bytes.js": `
export function onBinary(session, bytes) {
  session.send(bytes);
  session.send([bytes.length, bytes.buffer.byteLength].join());
}`,
  "ws/quiet.js": `
export function onMessage(session, text) { session.send(String(text.length)); }`,
  "ws/doomed.js": `
export function onUpgrade(request) {
  if (request.getParameter("die") !== null) process.exit(3);
  return true;
}
export function onOpen(session) { session.send("open"); }
export function onMessage(session, text) {
  if (text === "die") process.exit(3);
  session.send(text);
}`,
  "http/doomed.js": `
export function GET(request) {
  if (request.url.endsWith("die")) process.exit(3);
  return new Response("fine");
}
export function POST() { throw new Error("no"); }`,
};

describe.each<Place>(["inline", "thread"])("the boundary over real sockets, scripts %s", (place) => {
  const hasNoThread = skips(place !== "thread", `scripts ${place} have no thread that can end`);
  let app: ServedApp;
  beforeAll(async () => void (app = await serveForAll(place, FILES)));
  afterAll(() => app.close());

  test("bytes that are received have exactly their own length, and so have those that go back", async () => {
    const client = app.connect("/ws/bytes");
    for (const bytes of [new Uint8Array([1, 2]), new Uint8Array(0), new Uint8Array(70_000).fill(7)]) {
      client.send(bytes);
      expect(await client.next()).toEqual(bytes);
      expect(await client.next()).toBe(`${bytes.length},${bytes.length}`);
    }
  });

  test("a handler that throws answers its request with 500", async () => {
    expect((await app.fetch("/doomed", { method: "POST" })).status).toBe(500);
    expect(await (await app.fetch("/doomed")).text()).toBe("fine");
  });

  test.skipIf(hasNoThread)(
    "a request that ends its thread is answered with 500, the next one as ever",
    async () => {
      expect((await app.fetch("/doomed?die")).status).toBe(500);
      expect(await (await app.fetch("/doomed")).text()).toBe("fine");
      await app.logged(/^http crashed on GET .*exited with code 3/);
    },
  );

  test.skipIf(hasNoThread)(
    "a handshake that ends its thread is answered with 503, and nobody is cut",
    async () => {
      const before = app.connect("/ws/doomed");
      expect(await before.next()).toBe("open");
      const dead = app.connect("/ws/doomed?die=1");
      await expect(dead.opened).rejects.toThrow(Refused);
      await expect(dead.opened).rejects.toMatchObject({ status: 503 });
      const after = app.connect("/ws/doomed");
      expect(await after.next()).toBe("open");
      before.send("still here");
      expect(await before.next()).toBe("still here");
    },
  );

  test.skipIf(hasNoThread)(
    "sockets outlive the death of their thread, and other routes do not notice",
    async () => {
      const [ada, bob, far] = [
        app.connect("/ws/doomed"),
        app.connect("/ws/doomed"),
        app.connect("/ws/quiet"),
      ];
      for (const client of [ada, bob]) expect(await client.next()).toBe("open");
      for (let death = 0; death < 3; death += 1) {
        ada.send("die");
        ada.send(`after ${death}`);
        bob.send(`beside ${death}`);
        far.send("123");
        expect(await far.next()).toBe("3");
        expect(await ada.next()).toBe(`after ${death}`);
        expect(await bob.next()).toBe(`beside ${death}`);
      }
    },
  );
});
