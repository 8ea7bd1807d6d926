import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RunningApp, folderOf, type Files } from "../support/running-app.ts";

async function start(files: Files) {
  const dir = folderOf(files);
  const app = await RunningApp.serve(dir);
  return {
    app,
    reload: async (path: string, text: string) => {
      writeFileSync(join(dir, path), text);
      await app.server.reload();
    },
  };
}

/** What waits for a promise while another version takes the place. */
describe.each(["thread", "process"])("a version that has been replaced, in a %s", (kind) => {
  test("still reads who is where, for the first time too", async () => {
    const text = (name: string) => `
      export const isolation = "${kind}";
      let go;
      export async function onMessage(session, text) {
        if (text === "go") return;
        session.send("waiting");
        await new Promise((resolve) => setTimeout(resolve, 1500));
        session.send("${name} " + session.room("lobby").members());
      }`;
    const { app, reload } = await start({
      "ws/slow.js": text("a"),
      "ws/lobby.js": `export function onOpen(session) { session.room("lobby").join(); session.send("in"); }`,
    });
    const guests = [app.connect("/ws/lobby"), app.connect("/ws/lobby")];
    for (const guest of guests) expect(await guest.next()).toBe("in");
    const client = app.connect("/ws/slow");
    client.send("wait");
    expect(await client.next()).toBe("waiting");
    await reload("ws/slow.js", text("b"));
    expect(await client.next()).toBe("a 2");
  });
});

test("a request that its client gives up is aborted in the version that handles it", async () => {
  const text = (name: string) => `
    export async function GET(request) {
      console.log("${name} waits");
      await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
      console.log("${name} knows");
      return new Response("");
    }`;
  const { app, reload } = await start({ "http/slow.js": text("a") });
  const leaving = new AbortController();
  const answer = fetch(`${app.server.url}/slow`, { signal: leaving.signal }).catch(() => "gone");
  await app.book.find(/a waits/);
  await reload("http/slow.js", text("b"));
  leaving.abort();
  expect(await answer).toBe("gone");
  await app.book.find(/a knows/);
});

test("the first event of a session waits until an asynchronous onReload has settled", async () => {
  const text = (name: string) => `
    export async function onReload(session) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      session.send("${name} is told");
    }
    export function onMessage(session, text) { session.send("${name} " + text); }`;
  const { app, reload } = await start({ "ws/chat.js": text("a") });
  const client = app.connect("/ws/chat");
  client.send("1");
  expect(await client.next()).toBe("a 1");
  await reload("ws/chat.js", text("b"));
  // It is told in a slice of its own, before anything comes; then something does.
  await app.book.find(/reloaded/);
  for (const words of ["2", "3"]) client.send(words);
  expect([await client.next(), await client.next(), await client.next()]).toEqual([
    "b is told",
    "b 2",
    "b 3",
  ]);
});

describe.each(["thread", "process"])("a version that has been replaced and dies, in a %s", (kind) => {
  test.each([
    ["crash", "process.exit(3)", /exit code 3/],
    ["hang", "for (;;);", /no progress/],
  ])("is told as a %s, and so are its sessions", async (reason, fault, what) => {
    const text = (name: string) => `
      export const isolation = "${kind}";
      export async function onMessage(session, text) {
        session.send("${name} " + text);
        await new Promise((resolve) => setTimeout(resolve, 1200));
        ${fault};
      }
      export function onReload(session, reason) { session.send("${name}: " + reason); }`;
    const dir = folderOf({ "ws/chat.js": text("a") });
    const app = await RunningApp.serve(dir, { hangLimit: 500 });
    const client = app.connect("/ws/chat");
    client.send("1");
    expect(await client.next()).toBe("a 1");
    writeFileSync(join(dir, "ws/chat.js"), text("b"));
    await app.server.reload();
    const line = await app.book.find(/the previous version of \/ws\/chat/);
    expect(line.text).toMatch(what);
    expect(line.text).toContain("its sessions continue on the current version");
    expect(line.text).toContain("1 handler that waited for a promise does not run again");
    expect(await client.next()).toBe(`b: ${reason}`);
  });
});

test("its intervals end with the swap, also while a request of it is still handled", async () => {
  const text = (name: string) => `
    setInterval(() => console.log("${name} beats"), 20);
    export async function GET() {
      console.log("${name} waits");
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return new Response("${name}");
    }`;
  const { app, reload } = await start({ "http/slow.js": text("a") });
  const answer = fetch(`${app.server.url}/slow`);
  await app.book.find(/a waits/);
  await app.book.find(/a beats/);
  await reload("http/slow.js", text("b"));
  const beats = (): number => app.book.texts.filter((line) => line === "a beats").length;
  const before = beats();
  expect(await (await answer).text()).toBe("a");
  // One may have been on its way.
  expect(beats()).toBeLessThanOrEqual(before + 1);
});
