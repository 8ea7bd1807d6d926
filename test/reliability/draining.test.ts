import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Gate } from "../support/gate.ts";
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

describe.each(["thread", "process"])("a draining version in a %s", (kind) => {
  test("a draining version can read the directory for the first time", async () => {
    const gate = await Gate.create();
    const text = (name: string) => `
      export const isolation = "${kind}";
      export async function onMessage(session) {
        session.send("waiting");
        ${gate.wait}
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
    await gate.reached();
    await reload("ws/slow.js", text("b"));
    gate.open();
    expect(await client.next()).toBe("a 2");
  });
});

test("a request whose client leaves is aborted in the version that handles it", async () => {
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
  await app.log.find(/a waits/);
  await reload("http/slow.js", text("b"));
  leaving.abort();
  expect(await answer).toBe("gone");
  await app.log.find(/a knows/);
});

test("the first event of a session waits until an asynchronous onReload has settled", async () => {
  const gate = await Gate.create();
  const text = (name: string) => `
    export async function onReload(session) {
      ${gate.wait}
      session.send("${name} is notified");
    }
    export function onMessage(session, text) { session.send("${name} " + text); }`;
  const { app, reload } = await start({ "ws/chat.js": text("a") });
  const client = app.connect("/ws/chat");
  client.send("1");
  expect(await client.next()).toBe("a 1");
  await reload("ws/chat.js", text("b"));
  // onReload is called in its own slice, before the first event comes.
  await gate.reached();
  for (const words of ["2", "3"]) client.send(words);
  gate.open();
  expect([await client.next(), await client.next(), await client.next()]).toEqual([
    "b is notified",
    "b 2",
    "b 3",
  ]);
});

describe.each(["thread", "process"])("a draining version that ends early in a %s", (kind) => {
  test.each([
    ["crash", "process.exit(3)", /exited with code 3/],
    ["hang", "for (;;);", /no progress/],
  ])("a %s of a draining version is logged, and its sessions are notified", async (reason, fault, what) => {
    const gate = await Gate.create();
    const text = (name: string) => `
      export const isolation = "${kind}";
      export async function onMessage(session, text) {
        session.send("${name} " + text);
        ${gate.wait}
        // In a timer: only there, and in a handler, a draining version is known to be at work.
        await new Promise((resolve) => setTimeout(resolve));
        ${fault};
      }
      export function onReload(session, reason) { session.send("${name}: " + reason); }`;
    const dir = folderOf({ "ws/chat.js": text("a") });
    // On a busy machine a process may take longer than a short limit to exit.
    const app = await RunningApp.serve(dir, { hangLimit: reason === "hang" ? 500 : 60_000 });
    const client = app.connect("/ws/chat");
    client.send("1");
    expect(await client.next()).toBe("a 1");
    await gate.reached();
    writeFileSync(join(dir, "ws/chat.js"), text("b"));
    await app.server.reload();
    gate.open();
    const line = await app.log.find(/the previous version of \/ws\/chat/);
    expect(line.text).toMatch(what);
    expect(line.text).toContain("its sessions continue on the current version");
    expect(line.text).toContain("1 handler that waited for a promise does not run again");
    expect(await client.next()).toBe(`b: ${reason}`);
  });
});

test("the intervals of a version end with the handover, although it still handles a request", async () => {
  const gate = await Gate.create();
  const text = (name: string) => `
    setInterval(() => console.log("${name} beats"), 20);
    export async function GET(request) {
      if (request.url.endsWith("?wait")) { console.log("${name} waits"); ${gate.wait} }
      return new Response("${name}");
    }`;
  const { app, reload } = await start({ "http/slow.js": text("a") });
  const answer = fetch(`${app.server.url}/slow?wait`);
  await app.log.find(/a waits/);
  await app.log.find(/a beats/);
  await reload("http/slow.js", text("b"));
  const beats = (name: string): number => app.log.texts.filter((line) => line === `${name} beats`).length;
  const before = beats("a");
  // The new version is evaluated at its first request.
  expect(await (await fetch(`${app.server.url}/slow`)).text()).toBe("b");
  await expect.poll(() => beats("b"), { timeout: 10_000 }).toBeGreaterThan(5);
  gate.open();
  expect(await (await answer).text()).toBe("a");
  // One may have been on its way.
  expect(beats("a")).toBeLessThanOrEqual(before + 1);
});
