import { expect, test } from "vitest";
import { RunningApp, folderOf } from "../support/running-app.ts";

const WHERE = `
  import { threadId } from "node:worker_threads";
  export function onMessage(session) { session.send(String(threadId)); }
`;

/** The threads that serve `count` clients. */
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

test("a route has its own thread, or as many as its script asks for", async () => {
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

test("routes share threads if the config says so, except those that ask for their own", async () => {
  const names = Array.from({ length: 8 }, (_, index) => `route${index}`);
  const files = Object.fromEntries(names.map((name) => [`ws/${name}.js`, WHERE]));
  const dir = folderOf({ ...files, "ws/ticks.js": `export const tickRate = 1;${WHERE}` });
  const app = await RunningApp.serve(dir, { sharedThreads: 2 });
  const threads = new Set<unknown>();
  for (const name of names) for (const thread of await threadsOf(app, `/ws/${name}`, 1)) threads.add(thread);
  expect(threads.size).toBe(2);
  expect(threads).not.toContain([...(await threadsOf(app, "/ws/ticks", 1))][0]);
});

/** The thread that serves a client, which then leaves. */
async function visit(app: RunningApp, path: string): Promise<unknown> {
  const client = app.connect(path);
  client.send("");
  const thread = await client.next();
  client.close();
  await client.closed;
  return thread;
}

test("a thread without state ends when it has no sessions, and starts again with the next one", async () => {
  const dir = folderOf({ "ws/a.js": WHERE, "ws/kept.js": `export const scope = "route";${WHERE}` });
  const app = await RunningApp.serve(dir, { idleThread: 200 });
  const [first, kept] = [await visit(app, "/ws/a"), await visit(app, "/ws/kept")];
  const stateOf = (script: string) => app.server.status.scripts.find((row) => row.script === script)?.state;
  await expect.poll(() => stateOf("ws/a.js"), { timeout: 10_000 }).toBe("idle");
  expect(await visit(app, "/ws/a")).not.toBe(first);
  expect(stateOf("ws/kept.js")).toBe("serving");
  expect(await visit(app, "/ws/kept")).toBe(kept);
});
