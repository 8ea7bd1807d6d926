import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { connect, type Client, type HistoryEvent } from "../../../src/client/connect.ts";
import { CuttingProxy } from "../../client/support/cutting-proxy.ts";
import { LineClient } from "../../support/line-client.ts";
import { PLACES, serveOn, type ServedApp } from "../../support/served-app.ts";

const NEWS = `
  export const history = { "news/*": { size: 3, seconds: 600 } };
  export const onOpen = (session) => session.room("news/a").join({ history: session.getParameter("live") === null });
  export const onMessage = (session, text) => {
    if (text === "crash") throw process.exit(1);
    session.room("news/a").broadcast(text);
  };
  export const onBinary = (session, bytes) => session.room("news/a").broadcastExcept(bytes);
`;

async function told(app: ServedApp, ...texts: string[]): Promise<void> {
  const client = app.connect("/ws/news?live");
  for (const text of texts) {
    client.send(text);
    expect(await client.next()).toBe(text);
  }
  client.close();
}

it.each(PLACES)(
  "a plain client that joins gets what was kept as ordinary messages, then what follows (%s)",
  async (place) => {
    const app = await serveOn(place, { "ws/news.js": NEWS });
    await told(app, "1", "2", "3", "4");
    const late = app.connect("/ws/news");
    expect([await late.next(), await late.next(), await late.next()]).toEqual(["2", "3", "4"]);
    late.send("5");
    expect(await late.next()).toBe("5");
  },
);

it("a message with an exclusion is kept without it", async () => {
  const app = await serveOn("inline", { "ws/news.js": NEWS });
  const sender = app.connect("/ws/news");
  sender.send(Buffer.from("bytes"));
  sender.send("text");
  expect(await sender.next()).toBe("text");
  const late = app.connect("/ws/news");
  expect([await late.next(), await late.next()]).toEqual([new TextEncoder().encode("bytes"), "text"]);
});

it("a client of parlor.v1 gets the places of the messages, and says what it saw last", async () => {
  const app = await serveOn("inline", { "ws/news.js": NEWS });
  await told(app, "1", "2");
  const url = `${app.server.url.replace("http", "ws")}/ws/news`;
  const first = new LineClient(url);
  await first.connect();
  await first.until(() => first.messages.length === 2);
  const [[room, epoch, offset]] = [first.places.at(-1)!];
  expect([room, offset]).toEqual(["news/a", 2]);
  const said = { type: "history", room, epoch, offset: 2 };
  expect(first.envelopes).toEqual([{ ...said, kept: 2, recovered: null }]);
  first.close();
  await told(app, "3");
  const again = new LineClient(url);
  const seen = encodeURIComponent(JSON.stringify({ [room]: [epoch, 2] }));
  await again.connect(["parlor.v1", `parlor.seen.${seen}`]);
  await again.until(() => again.messages.length === 1);
  expect(again.messages).toEqual(["3"]);
  expect(again.envelopes).toEqual([{ ...said, offset: 3, kept: 1, recovered: true }]);
  again.close();
});

it.each([
  "parlor.seen.%",
  "parlor.seen.7",
  "parlor.seen.%7B%22a%22%3A7%7D",
  `parlor.seen.${"a".repeat(5000)}`,
])("an entry without sense, as %.30s, is as if there were none", async (entry) => {
  const app = await serveOn("inline", { "ws/news.js": NEWS });
  await told(app, "1");
  const client = new LineClient(`${app.server.url.replace("http", "ws")}/ws/news`);
  await client.connect(["parlor.v1", entry]);
  await client.until(() => client.messages.length === 1);
  expect(client.envelopes).toMatchObject([{ kept: 1, recovered: null }]);
  client.close();
});

function libraryClient(port: number): { client: Client; got: unknown[]; histories: HistoryEvent[] } {
  const client = connect(`ws://127.0.0.1:${port}/ws/news`, { WebSocket, pauses: { first: 20, longest: 50 } });
  onTestFinished(() => client.close());
  const [got, histories]: [unknown[], HistoryEvent[]] = [[], []];
  client.on("message", (message) => got.push(message));
  client.on("history", (event) => histories.push(event));
  return { client, got, histories };
}

it("the client library gets in a fresh session exactly what it has missed", async () => {
  const app = await serveOn("inline", { "ws/news.js": NEWS });
  const proxy = await CuttingProxy.before(app.server.port);
  onTestFinished(() => proxy.close());
  await told(app, "1", "2");
  const { client, got, histories } = libraryClient(proxy.port);
  await expect.poll(() => got).toEqual(["1", "2"]);
  client.send("\uFEFF3");
  await expect.poll(() => got.length).toBe(3);
  proxy.cut("reset");
  for (const text of ["4", "5"]) app.server.service.room("news/a").broadcast(text);
  await expect.poll(() => got, { timeout: 10_000 }).toEqual(["1", "2", "\uFEFF3", "4", "5"]);
  expect(client.resumed).toBe(false);
  expect(histories).toMatchObject([
    { room: "news/a", kept: 2, recovered: null },
    { room: "news/a", kept: 2, recovered: true },
  ]);
});

it("a client that has missed more than is kept is notified of that", async () => {
  const app = await serveOn("inline", { "ws/news.js": NEWS });
  const proxy = await CuttingProxy.before(app.server.port);
  onTestFinished(() => proxy.close());
  const { client, got, histories } = libraryClient(proxy.port);
  client.send("1");
  await expect.poll(() => got).toEqual(["1"]);
  proxy.cut("reset");
  for (const text of ["2", "3", "4", "5"]) app.server.service.room("news/a").broadcast(text);
  await expect.poll(() => histories.at(-1), { timeout: 10_000 }).toMatchObject({ kept: 3, recovered: false });
  await expect.poll(() => got).toEqual(["1", "3", "4", "5"]);
});

it("a history outlives a reload and a crash of the script", async () => {
  const app = await serveOn("process", { "ws/news.js": NEWS });
  await told(app, "1", "2");
  writeFileSync(join(app.dir, "ws/news.js"), `${NEWS}\n// another version`);
  await app.server.reload();
  app.connect("/ws/news?live").send("crash");
  await expect.poll(() => app.server.health.restarts, { timeout: 10_000 }).toBe(1);
  const late = app.connect("/ws/news");
  expect([await late.next(), await late.next()]).toEqual(["1", "2"]);
  expect(app.server.health.history).toMatchObject({ rooms: 1, messages: 2, dropped: 0 });
  writeFileSync(join(app.dir, "ws/news.js"), NEWS.replace(/export const history.*/, ""));
  await app.server.reload();
  expect(app.server.health.history).toEqual({ rooms: 0, messages: 0, bytes: 0, dropped: 0 });
});

it("the metrics show what is kept", async () => {
  const app = await serveOn("inline", { "ws/news.js": NEWS });
  await told(app, "1", "2");
  const text = await app.server.metrics();
  expect(text).toContain("parlor_history_messages 2");
  expect(text).toContain("parlor_history_rooms 1");
  expect(text).toMatch(/parlor_history_bytes [1-9]/);
  expect(text).toContain("parlor_history_dropped_total 0");
});
