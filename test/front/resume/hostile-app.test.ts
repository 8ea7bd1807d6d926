// A client of `parlor.v1` that attacks while its script is reloaded, crashes, hangs, and while the server stops.
import { expect, onTestFinished, test } from "vitest";
import { LineClient } from "../../support/line-client.ts";
import type { RunningApp } from "../../support/running-app.ts";
import { serveOn } from "../../support/served-app.ts";

const files = {
  "ws/chat.js": `
    export const scope = "route";
    export const resume = 60;
    export const onAway = (session) => console.log("away " + session.id);
    export function onMessage(session, text) {
      if (text === "crash") process.exit(1);
      session.send(text);
    }
    export const calls = { echo: (session, data) => data };`,
};

async function lineTo(app: RunningApp): Promise<LineClient> {
  const client = new LineClient(`${app.server.url.replace("http", "ws")}/ws/chat`);
  await client.connect();
  onTestFinished(() => client.socket?.terminate());
  return client;
}

const say = async (client: LineClient, text: string): Promise<void> => {
  client.send(text);
  await client.until(() => client.messages.at(-1) === text);
};

test("a client that returns in a storm during reloads and crashes of its script keeps its session", async () => {
  const app = await serveOn("thread", files);
  const [honest, client] = [await lineTo(app), await lineTo(app)];
  const session = client.welcome?.session;
  for (let round = 0; round < 4; round += 1) {
    client.send(`a${round}`);
    if (round % 2 === 0) client.send("crash");
    const reloaded = app.server.reload("/ws/chat");
    for (let at = 0; at < 25; at += 1) {
      if (at % 2 === 0) client.cut();
      expect(await client.connect()).toMatchObject({ resumed: true, session });
    }
    await reloaded;
    client.send(`b${round}`);
    await say(honest, `honest ${round}`);
  }
  const expected = [0, 1, 2, 3].flatMap((round) => [`a${round}`, `b${round}`]);
  await client.until(() => client.messages.length === expected.length);
  expect(client.messages).toEqual(expected);
  expect(honest.messages).toEqual([0, 1, 2, 3].map((round) => `honest ${round}`));
});

test("data that is nested too deeply for a reply fails its request, and nothing else", async () => {
  const app = await serveOn("thread", files);
  const [honest, client] = [await lineTo(app), await lineTo(app)];
  const data = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const json = `{"type":"request","id":7,"name":"echo","data":${data}}`;
  client.socket?.send(Buffer.concat([Buffer.of(2), Buffer.from(json)]));
  await client.until(() => client.envelopes.length === 1);
  expect(client.envelopes[0]).toMatchObject({ type: "reply", id: 7, error: { code: "failed" } });
  await say(client, "on");
  await say(honest, "on");
  expect(app.server.status.scripts.map(({ restarts }) => restarts)).toEqual([0]);
});

test("while a server closes its sessions, no client gets one back, and the server ends", async () => {
  const app = await serveOn("thread", files, { drainTime: 300, shutdownGrace: 2000 });
  const clients = await Promise.all(Array.from({ length: 10 }, async () => lineTo(app)));
  clients[0]?.cut();
  const closed = app.server.close();
  const tries = await Promise.allSettled(clients.slice(0, 3).map(async (client) => client.connect()));
  expect(tries.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  const codes = await Promise.all(clients.slice(3).map(async (client) => client.closed));
  expect(new Set(codes)).toEqual(new Set([1001]));
  await closed;
});

test("sessions without a connection end when the drain starts, and nothing waits for them", async () => {
  const app = await serveOn("thread", files, { drainTime: 60_000, shutdownGrace: 120_000 });
  const clients = await Promise.all(Array.from({ length: 3 }, async () => lineTo(app)));
  for (const client of clients) client.cut();
  for (const { welcome } of clients) await app.log.find(new RegExp(`away ${welcome?.session}`));
  await app.server.close();
  const lines = app.log.texts.filter((text) => /server stops|wave/.test(text));
  expect(lines).toEqual([
    "the server stops: 3 sessions are closed within 0 s",
    "3 sessions were closed in 1 wave, and each onClose has run",
  ]);
});

test("a session that loses its connection during the drain ends at once", async () => {
  const app = await serveOn("thread", files, { drainTime: 60_000, shutdownGrace: 120_000 });
  const clients = await Promise.all(Array.from({ length: 2 }, async () => lineTo(app)));
  const closed = app.server.close();
  for (const client of clients) client.cut();
  await closed;
  expect(await app.log.find(/1 session was closed in 1 wave, and each onClose has run/)).toBeDefined();
});

test("during the drain, clients are still notified of what has come", async () => {
  const app = await serveOn("thread", files, { drainTime: 60_000, shutdownGrace: 120_000 });
  const [first, last] = [await lineTo(app), await lineTo(app)];
  await say(last, "before");
  const closing = app.server.close();
  await first.closed;
  await say(last, "during");
  await last.until(() => last.acknowledged === 2);
  void app.server.close({ atOnce: true });
  expect(await last.closed).toBe(1001);
  await closing;
});
