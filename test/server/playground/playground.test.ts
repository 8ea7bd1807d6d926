// The playground over real sockets: its page, its data, and who gets them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ServeOptions } from "../../../src/server/serve.ts";
import type { PlaygroundChange, PlaygroundSnapshot } from "../../../src/server/playground/snapshot.ts";
import type { Client } from "../../support/client.ts";
import { folderOf, RunningApp, type Files } from "../../support/running-app.ts";

const CHAT = `export function onOpen(session) { session.room("tea").join(); }
export function onMessage(session, text) {
  if (text === "boom") throw new Error("no tea");
  session.send(text);
}`;

async function play(files: Files, options: Omit<ServeOptions, "dir"> = {}) {
  const dir = folderOf(files);
  const app = await RunningApp.serve(dir, { playground: true, ...options });
  const snapshot = async (): Promise<PlaygroundSnapshot> =>
    (await (await app.fetch("/_parlor/events")).json()) as PlaygroundSnapshot;
  return { dir, app, snapshot };
}

type Message = PlaygroundSnapshot | PlaygroundChange;

/** Reads messages until one fulfils the condition. */
async function until(events: Client, holds: (message: Message) => boolean): Promise<Message> {
  for (;;) {
    const message = JSON.parse(String(await events.next())) as Message;
    if (holds(message)) return message;
  }
}

test("an app without a page of its own has the playground at /, and at /_parlor/", async () => {
  const { app } = await play({ "ws/chat.js": CHAT });
  for (const path of ["/", "/_parlor/"]) {
    const response = await app.fetch(path);
    expect(response.status, path).toBe(200);
    expect(await response.text(), path).toContain("Parlor playground");
    expect(response.headers.get("content-security-policy"), path).toMatch(
      /^default-src 'none'; script-src 'self'/,
    );
  }
  expect((await app.fetch("/_parlor/playground/playground.js")).headers.get("content-type")).toMatch(
    /javascript/,
  );
  expect((await app.fetch("/_parlor", { redirect: "manual" })).headers.get("location")).toBe("/_parlor/");
});

test.each<[string, Files]>([
  ["a page in public/", { "public/index.html": "own page" }],
  ["a script for /", { "http/index.js": 'export const GET = () => new Response("own page");' }],
])("%s precedes the playground at /", async (_what, files) => {
  const { app } = await play({ "ws/chat.js": CHAT, ...files });
  expect(await app.text("/")).toBe("own page");
  expect(await app.text("/_parlor/")).toContain("Parlor playground");
});

test("a page that is added while the server runs replaces the playground at /", async () => {
  const { app, dir } = await play({ "ws/chat.js": CHAT, "public/other.txt": "" });
  writeFileSync(join(dir, "public/index.html"), "new page");
  expect(await app.text("/")).toBe("new page");
});

test("without the option there is no playground", async () => {
  const { app } = await play({ "ws/chat.js": CHAT }, { playground: false });
  for (const path of ["/", "/_parlor/", "/_parlor/events", "/_parlor/playground/playground.js"])
    expect((await app.fetch(path)).status, path).toBe(404);
  await expect(app.connect("/_parlor/events").opened).rejects.toMatchObject({ status: 404 });
});

test("no path leads out of the folder of the page", async () => {
  const { app } = await play({ "ws/chat.js": CHAT });
  for (const path of [
    "/_parlor/playground/../../package.json",
    "/_parlor/playground/..%2f..%2fpackage.json",
  ]) {
    const socket = await app.dial(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(await socket.status(), path).toBe(404);
  }
});

test("the snapshot has routes, rooms, sessions, faults and reloads", async () => {
  const { app, snapshot, dir } = await play({
    "ws/chat.js": CHAT,
    "ws/rooms/[id].js": CHAT,
    "cron/minute.js": 'export const schedule = "* * * * *"; export function run() {}',
  });
  const client = await app.open("/ws/chat?token=secret");
  client.send("hi");
  await client.next();
  const found = await snapshot();
  expect(found).toMatchObject({ type: "snapshot", version: 1, app: { folder: dir, reloadsSaves: false } });
  expect(found.routes.shown).toMatchObject([
    {
      ...{
        kind: "ws",
        route: "/ws/chat",
        script: "ws/chat.js",
        state: "serving",
        sessions: 1,
        received: 1,
        sent: 1,
      },
      paths: [{ kind: "ws", pattern: "/ws/chat", port: null }],
    },
    { kind: "ws", route: "/ws/rooms/:id", state: "idle", sessions: 0 },
    { kind: "cron", schedule: "* * * * *", paths: [] },
  ]);
  expect(found.rooms).toEqual({ total: 1, shown: [{ name: "tea", members: 1 }] });
  expect(found.sessions).toMatchObject({
    total: 1,
    shown: [{ route: "/ws/chat", path: "/ws/chat", state: "open", rooms: { total: 1, shown: ["tea"] } }],
  });
  expect(JSON.stringify(found)).not.toContain("secret");
});

test("a program's paths are listed with its sessions", async () => {
  const { app, snapshot } = await play({
    "bolt/chat.ts":
      'ws("/tea/:room", "opened", "said", "left");\nexport function opened() {}\nexport function left() {}\nexport function said() { $bolt.wsSendTo($bolt.wsClientId(), "hi"); }\n',
  });
  const client = await app.open("/tea/green");
  client.send("in");
  await client.next();
  expect((await snapshot()).routes.shown).toMatchObject([
    {
      ...{ kind: "program", script: "bolt/chat.ts", state: "serving", sessions: 1 },
      paths: [{ kind: "ws", pattern: "/tea/:room", port: null }],
    },
  ]);
});

test("a subscriber sees a session come, a fault with its source, and the reload that ends it", async () => {
  const { app, dir } = await play({ "ws/chat.js": CHAT });
  const events = await app.open("/_parlor/events");
  expect(await until(events, () => true)).toMatchObject({ type: "snapshot", sessions: { total: 0 } });
  const client = await app.open("/ws/chat");
  await until(events, ({ sessions }) => sessions?.total === 1);
  client.send("boom");
  const { faults } = await until(
    events,
    (message) => typeof message.faults?.shown[0]?.excerpt?.first === "number",
  );
  expect(faults?.shown).toMatchObject([
    {
      ...{ kind: "fault", script: "ws/chat.js", code: "PARLOR_SCRIPT_FAULT", endedAt: null },
      place: { file: "ws/chat.js", line: 3 },
    },
  ]);
  expect(faults?.shown[0]?.excerpt?.lines[2]).toContain("no tea");
  writeFileSync(join(dir, "ws/chat.js"), CHAT.replace("no tea", "tea"));
  await app.server.reload();
  const ended = await until(events, ({ reloads }) => reloads?.total === 1);
  expect(ended.reloads?.shown).toMatchObject([{ changed: ["ws/chat.js"], sessions: 1 }]);
  expect(ended.faults?.shown[0]?.endedAt).toEqual(expect.any(Number));
});

test("a file that does not load is shown with its place, until it loads", async () => {
  const { app, dir, snapshot } = await play({ "ws/chat.js": CHAT });
  writeFileSync(join(dir, "ws/chat.js"), "export function onOpen( {\n");
  await app.server.reload();
  expect((await snapshot()).faults.shown).toMatchObject([
    { kind: "problem", script: "ws/chat.js", endedAt: null, place: { file: "ws/chat.js" } },
  ]);
  writeFileSync(join(dir, "ws/chat.js"), CHAT);
  await app.server.reload();
  expect((await snapshot()).faults.shown[0]?.endedAt).toEqual(expect.any(Number));
});

test("a folder without scripts is served, and its first script is found", async () => {
  const { app, dir, snapshot } = await play({ "readme.md": "", "ws/.keep": "" });
  expect((await snapshot()).routes.total).toBe(0);
  expect(await app.text("/")).toContain("Make the first script");
  writeFileSync(join(dir, "ws/chat.js"), CHAT);
  await app.server.reload();
  expect((await snapshot()).routes.shown).toMatchObject([{ route: "/ws/chat" }]);
  await app.open("/ws/chat");
});

test("a folder whose scripts lie in a wrong place is refused, as without the playground", async () => {
  await expect(play({ "websocket/chat.js": CHAT })).rejects.toThrow(/rename websocket/);
});

test("lists are bounded, with their whole numbers", async () => {
  const { app, snapshot } = await play({
    "ws/many.js": `export function onOpen(session) {
      for (let n = 0; n < 120; n++) session.room("room " + n + "x".repeat(200)).join();
      session.send("in");
    }`,
  });
  const client = await app.open("/ws/many");
  await client.next();
  const { rooms, sessions } = await snapshot();
  expect([rooms.total, rooms.shown.length, rooms.shown[0]?.name.length]).toEqual([120, 100, 200]);
  expect([sessions.shown[0]?.rooms.total, sessions.shown[0]?.rooms.shown.length]).toEqual([120, 20]);
});

test.each<[string, Record<string, string>]>([
  ["a foreign Origin", { origin: "https://evil.example" }],
  ["an Origin of another port", { origin: "http://127.0.0.1:1" }],
  ["a Host that a foreign name resolves to", { host: "evil.example" }],
  ["X-Forwarded-For", { "x-forwarded-for": "10.0.0.1" }],
])("with %s neither the events nor their WebSocket can be had", async (_what, headers) => {
  const { app } = await play({ "ws/chat.js": CHAT });
  await expect(app.connect("/_parlor/events", { headers }).opened).rejects.toMatchObject({ status: 403 });
  const lines = Object.entries({ host: "localhost", ...headers, connection: "close" });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  for (const path of ["/_parlor/events", "/_parlor/"]) {
    const socket = await app.dial(`GET ${path} HTTP/1.1\r\n${head}\r\n`);
    expect(await socket.status(), path).toBe(403);
  }
  const home = await app.dial(`GET / HTTP/1.1\r\n${head}\r\n`);
  expect(await home.status()).toBe(404);
});

test("the data cannot be changed, and a subscriber that sends much is disconnected", async () => {
  const { app } = await play({ "ws/chat.js": CHAT });
  for (const path of ["/_parlor/", "/_parlor/events"])
    expect((await app.fetch(path, { method: "POST", body: "x" })).status, path).toBe(405);
  const events = await app.open("/_parlor/events");
  events.send("x".repeat(2000));
  expect((await events.closed).code).toBe(1009);
});

test("there are 16 subscribers at most", async () => {
  const { app } = await play({ "ws/chat.js": CHAT });
  for (let n = 0; n < 16; n++) await app.open("/_parlor/events");
  await expect(app.connect("/_parlor/events").opened).rejects.toMatchObject({ status: 503 });
});

test("a subscriber does not keep the server from closing", async () => {
  const { app } = await play({ "ws/chat.js": CHAT });
  const events = await app.open("/_parlor/events");
  await app.server.close();
  expect((await events.closed).code).toBe(1001);
});

test("docs/playground.md has every field of the data", async () => {
  const { app, snapshot, dir } = await play({
    "ws/chat.js": CHAT,
    "ws/game.js":
      'export const scope = "route"; export const tickRate = 60; export const tickWhenEmpty = true; export function onTick() {}',
  });
  const client = await app.open("/ws/chat");
  client.send("boom");
  writeFileSync(join(dir, "ws/bad.js"), "export function onOpen( {\n");
  await app.server.reload();
  const isWhole = ({ routes, faults }: PlaygroundSnapshot): boolean =>
    routes.shown.some(({ ticks }) => ticks !== null) && faults.shown.some(({ excerpt }) => excerpt !== null);
  await expect.poll(async () => isWhole(await snapshot()), { timeout: 15_000 }).toBe(true);
  const page = readFileSync("docs/playground.md", "utf8");
  const missing = [...fieldsOf(await snapshot())].filter((name) => !page.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

/** The names of all fields, those of nested objects included. */
function fieldsOf(value: unknown, names = new Set<string>()): Set<string> {
  if (typeof value !== "object" || value === null) return names;
  for (const [name, member] of Object.entries(value)) {
    if (!Array.isArray(value)) names.add(name);
    fieldsOf(member, names);
  }
  return names;
}
