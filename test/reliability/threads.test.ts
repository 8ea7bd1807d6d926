import { expect, test } from "vitest";
import { RunningApp, folderOf } from "../support/running-app.ts";

const WHERE = `
  import { threadId } from "node:worker_threads";
  export function onMessage(session) { session.send(String(threadId)); }
`;

/** The threads that so many clients in a row are served by. */
async function threadsOf(app: RunningApp, path: string, count: number): Promise<Set<unknown>> {
  const clients = Array.from({ length: count }, () => app.connect(path));
  const threads = new Set<unknown>();
  for (const client of clients) {
    client.send("");
    const thread = await client.next();
    client.send("");
    // A session stays where it is.
    expect(await client.next()).toBe(thread);
    threads.add(thread);
  }
  return threads;
}

test("a route has a thread of its own, or as many as it asks for", async () => {
  const dir = folderOf({
    "ws/one.js": WHERE,
    "ws/other.js": WHERE,
    "ws/busy.js": `export const threads = 3;${WHERE}`,
  });
  const app = await RunningApp.serve(dir);
  const [one, other] = [await threadsOf(app, "/ws/one", 4), await threadsOf(app, "/ws/other", 4)];
  expect([one.size, other.size]).toEqual([1, 1]);
  expect(one).not.toEqual(other);
  expect((await threadsOf(app, "/ws/busy", 9)).size).toBe(3);
  expect(app.server.routes.map(({ thread }) => thread)).toContain("/ws/busy × 3");
});

test("routes that ask for nothing share threads where the config says so", async () => {
  const names = Array.from({ length: 8 }, (_, index) => `route${index}`);
  const files = Object.fromEntries(names.map((name) => [`ws/${name}.js`, WHERE]));
  const dir = folderOf({ ...files, "ws/ticks.js": `export const tickRate = 1;${WHERE}` });
  const app = await RunningApp.serve(dir, { sharedThreads: 2 });
  const threads = new Set<unknown>();
  for (const name of names) for (const thread of await threadsOf(app, `/ws/${name}`, 1)) threads.add(thread);
  expect(threads.size).toBe(2);
  expect(threads).not.toContain([...(await threadsOf(app, "/ws/ticks", 1))][0]);
});

/** The thread that serves a client who comes and goes. */
async function visit(app: RunningApp, path: string): Promise<unknown> {
  const client = app.connect(path);
  client.send("");
  const thread = await client.next();
  client.close();
  await client.closed;
  return thread;
}

test("a thread that keeps nothing ends when nobody is there, and starts again", async () => {
  const dir = folderOf({ "ws/a.js": WHERE, "ws/kept.js": `export const scope = "route";${WHERE}` });
  const app = await RunningApp.serve(dir, { idleThread: 200 });
  const [first, kept] = [await visit(app, "/ws/a"), await visit(app, "/ws/kept")];
  let now = first;
  for (let tries = 0; now === first && tries < 20; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    now = await visit(app, "/ws/a");
  }
  expect(now).not.toBe(first);
  expect(await visit(app, "/ws/kept")).toBe(kept);
});
