import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { ParlorConfig } from "../../src/config.ts";
import { createServer } from "../../src/server/serve.ts";
import { RunningApp, folderOf, type Files } from "../support/running-app.ts";

/** Counts its instances by what each has been handed, and says which version it is. */
const counting = (name: string) => `
  export const scope = "route";
  let count = 0;
  const begun = Math.random();
  export const saveState = () => ({ count });
  export const restoreState = (state) => { count = state.count; };
  export function onMessage(session) {
    count += 1;
    session.send(JSON.stringify({ name: "${name}", count, begun }));
  }
  export function onReload(session, reason) { session.send(JSON.stringify({ reason })); }
`;

interface Report {
  readonly name?: string;
  readonly count?: number;
  readonly begun?: number;
  readonly reason?: string;
}

async function start(files: Files, settings: ParlorConfig = {}) {
  const dir = folderOf(files);
  const app = await RunningApp.serve(dir, settings);
  const write = (file: string, text: string): void => writeFileSync(join(dir, file), text);
  return { dir, app, write };
}

type Client = ReturnType<RunningApp["connect"]>;

const nextReport = async (client: Client): Promise<Report> =>
  JSON.parse(String(await client.next())) as Report;

async function ask(client: Client): Promise<Report> {
  client.send("");
  return await nextReport(client);
}

for (const name of ["/ws/chat", "ws/chat.js"]) {
  test(`${name}, unchanged, restarts with its state and its sessions; the others do not`, async () => {
    const { app } = await start({ "ws/chat.js": counting("chat"), "ws/other.js": counting("other") });
    const [chat, other] = [app.connect("/ws/chat"), app.connect("/ws/other")];
    const [before, beside] = [await ask(chat), await ask(other)];
    await app.server.reload(name);
    expect(await ask(chat)).toEqual({ reason: "reload" });
    const after = await nextReport(chat);
    expect(after).toMatchObject({ name: "chat", count: 2 });
    expect(after.begun).not.toBe(before.begun);
    expect(await ask(other)).toEqual({ ...beside, count: 2 });
    const { scripts } = app.server.status;
    expect(scripts.map(({ route, reloads }) => [route, reloads])).toEqual([
      ["/ws/chat", 1],
      ["/ws/other", 0],
    ]);
  });
}

test("the log names the script and the version that serves now", async () => {
  const { app, write } = await start({ "ws/chat.js": counting("a") });
  write("ws/chat.js", counting("b"));
  await app.server.reload("/ws/chat");
  const [row] = app.server.routes;
  expect((await app.logged(/reloaded/)).fields).toEqual({ script: "ws/chat.js", version: row?.version });
});

test("changes of other scripts wait for their own reload", async () => {
  const { app, write } = await start({
    "ws/chat.js": counting("chat a"),
    "ws/other.js": counting("other a"),
  });
  const [chat, other] = [app.connect("/ws/chat"), app.connect("/ws/other")];
  await ask(chat);
  await ask(other);
  write("ws/chat.js", counting("chat b"));
  write("ws/other.js", counting("other b"));
  await app.server.reload("/ws/chat");
  expect(await ask(chat)).toEqual({ reason: "reload" });
  expect(await nextReport(chat)).toMatchObject({ name: "chat b", count: 2 });
  expect(await ask(other)).toMatchObject({ name: "other a", count: 2 });
  await app.server.reload();
  expect(await ask(other)).toEqual({ reason: "reload" });
  expect(await nextReport(other)).toMatchObject({ name: "other b", count: 3 });
  // What was loaded by itself is not loaded once more.
  expect(await ask(chat)).toMatchObject({ name: "chat b", count: 3 });
});

test("a script on the same thread restarts with it", async () => {
  const files = { "ws/chat.js": counting("chat"), "ws/other.js": counting("other") };
  const { app } = await start(files, { sharedThreads: 1 });
  const [chat, other] = [app.connect("/ws/chat"), app.connect("/ws/other")];
  await ask(chat);
  await ask(other);
  await app.server.reload("/ws/chat");
  for (const client of [chat, other]) {
    expect(await ask(client)).toEqual({ reason: "reload" });
    expect(await nextReport(client)).toMatchObject({ count: 2 });
  }
});

test("the other HTTP scripts restart with it, with their own changes", async () => {
  const answering = (text: string) => `
    let asked = 0;
    export const GET = () => new Response("${text} " + (asked += 1));`;
  const { app, write } = await start({ "http/one.js": answering("a"), "http/two.js": answering("a") });
  const get = async (path: string) => await (await fetch(`${app.server.url}${path}`)).text();
  expect([await get("/one"), await get("/two")]).toEqual(["a 1", "a 1"]);
  write("http/two.js", answering("b"));
  await app.server.reload("/one");
  expect([await get("/one"), await get("/two")]).toEqual(["a 1", "b 1"]);
});

test("a program is found by a path that it has claimed, and restarts", async () => {
  const program = `
    let asked = 0;
    get("/tea", () => $bolt.send(String(asked += 1)));`;
  const { app } = await start({ "bolt/tea.js": program });
  const get = async () => await (await fetch(`${app.server.url}/tea`)).text();
  expect([await get(), await get()]).toEqual(["1", "2"]);
  await app.server.reload("/tea");
  expect(await get()).toBe("1");
});

test("a route that does not load stays as it was, and the caller gets the reason", async () => {
  const { app, write } = await start({ "ws/chat.js": counting("a") });
  const chat = app.connect("/ws/chat");
  await ask(chat);
  write("ws/chat.js", "export function onMessage( {");
  await expect(app.server.reload("/ws/chat")).rejects.toThrow(/^ws\/chat\.js:1:\d+: /);
  expect(await ask(chat)).toMatchObject({ name: "a", count: 2 });
});

test("a saveState that throws keeps the old instance, and the caller gets the reason", async () => {
  const { app } = await start({
    "ws/chat.js": `
      export const scope = "route";
      let count = 0;
      export const saveState = () => { throw new Error("no state today"); };
      export const restoreState = () => {};
      export function onMessage(session) { session.send(JSON.stringify({ count: count += 1 })); }`,
  });
  const chat = app.connect("/ws/chat");
  await ask(chat);
  await expect(app.server.reload("/ws/chat")).rejects.toThrow(
    /^ws\/chat\.js: saveState throws: no state today; the previous version stays$/,
  );
  expect(await ask(chat)).toEqual({ count: 2 });
});

test("a route that has failed is served again by a reload", async () => {
  const { dir, app, write } = await start({
    "ws/chat.js": `
      import { existsSync } from "node:fs";
      if (existsSync(process.env.PARLOR_TEST_BROKEN)) process.exit(1);
      export function onMessage(session) { session.send("well"); }`,
  });
  vi.stubEnv("PARLOR_TEST_BROKEN", join(dir, "broken"));
  onTestFinished(() => void vi.unstubAllEnvs());
  write("broken", "");
  const client = app.connect("/ws/chat");
  expect((await client.closed).code).toBe(1011);
  rmSync(join(dir, "broken"));
  // Without waiting for the pause after which it would be tried by itself.
  await app.server.reload("/ws/chat");
  const later = app.connect("/ws/chat");
  later.send("");
  expect(await later.next()).toBe("well");
});

test("a new file is served, a removed one no longer", async () => {
  const { dir, app, write } = await start({ "ws/chat.js": counting("chat") });
  write("ws/new.js", counting("new"));
  await app.server.reload("/ws/new");
  const client = app.connect("/ws/new");
  expect(await ask(client)).toMatchObject({ name: "new", count: 1 });
  rmSync(join(dir, "ws/new.js"));
  await app.server.reload("/ws/new");
  expect((await client.closed).code).toBe(1001);
  expect(app.server.routes.map(({ route }) => route)).toEqual(["/ws/chat"]);
});

test("reloads of a route and of all that are asked for at once all take place", async () => {
  const { app } = await start({ "ws/chat.js": counting("a") });
  const chat = app.connect("/ws/chat");
  await ask(chat);
  const { server } = app;
  await Promise.all([server.reload("/ws/chat"), server.reload(), server.reload("/ws/chat")]);
  expect(server.status.scripts[0]?.reloads).toBe(2);
});

test("an unknown route is one line with the nearest name", async () => {
  const { app } = await start({ "ws/chat.js": counting("a") });
  await expect(app.server.reload("/ws/chta")).rejects.toThrow(
    'there is no route or script "/ws/chta"; did you mean "/ws/chat"?',
  );
  await expect(app.server.reload("nothing-like-it")).rejects.toThrow(
    'there is no route or script "nothing-like-it"; there are: /ws/chat, ws/chat.js',
  );
});

test("functions of the embedding program cannot be reloaded", async () => {
  const server = createServer({ port: 0, routes: { "/ws/echo": { onMessage() {} } } });
  await server.reload();
  await expect(server.reload("/ws/echo")).rejects.toThrow(/^\/ws\/echo: cannot be reloaded/);
  await server.close();
});
