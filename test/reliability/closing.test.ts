import { expect, onTestFinished, test, vi } from "vitest";
import { bundler } from "../../src/load/bundle/bundler-process.ts";
import { bundlers } from "../support/bundlers.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

test("a reload that is under way when the server closes starts no host", async () => {
  const app = await RunningApp.serve(
    folderOf({ "ws/chat.js": "export function onMessage(session, text) { session.send(text); }" }),
  );
  const client = app.connect("/ws/chat");
  client.send("a");
  expect(await client.next()).toBe("a");
  const reloads = [app.server.reload("/ws/chat").catch(String), app.server.reload()];
  await app.server.close();
  expect(await Promise.all(reloads)).toEqual([
    "ParlorError: the server is closing, so it reloads nothing; start it again",
    undefined,
  ]);
  expect(app.server.status.scripts.map(({ state }) => state)).toEqual(["failed"]);
});

test("a reload that waits for the bundler when the server closes is refused, and the log has no fault", async () => {
  const app = await RunningApp.serve(folderOf(CHAT));
  const { building } = suspendedBundler();
  const reload = app.server.reload("/ws/chat").catch(String);
  const all = app.server.reload();
  await building();
  await app.server.close();
  expect(await reload).toBe("ParlorError: the server is closing, so it reloads nothing; start it again");
  await all;
  expect(app.log.texts.filter((text) => text.includes("bundle"))).toEqual([]);
  await expect.poll(bundlers).toEqual([]);
});

test("a server goes on to reload when another one of its process closes", async () => {
  const [one, other] = [await RunningApp.serve(folderOf(CHAT)), await RunningApp.serve(folderOf(CHAT))];
  const { building, resume } = suspendedBundler();
  const reload = one.server.reload("/ws/chat");
  await building();
  await other.server.close();
  resume();
  await reload;
});

test.each([
  [
    "thread",
    `import { parentPort } from "node:worker_threads"; const say = (words) => parentPort.postMessage(words);`,
  ],
  ["process", `const say = (words) => process.send(words);`],
])("messages that a script in a %s sends to the server by itself are ignored", async (isolation, how) => {
  const app = await RunningApp.serve(
    folderOf({
      "ws/chat.js": `
        export const isolation = "${isolation}";
        ${how}
        export function onMessage(session, text) {
          for (const words of ["hello", null, { type: "hello" }, { kind: "hello" }]) say(words);
          session.send(text);
        }`,
    }),
  );
  const client = app.connect("/ws/chat");
  for (const text of ["a", "b"]) {
    client.send(text);
    expect(await client.next()).toBe(text);
  }
});

const CHAT = { "ws/chat.js": "export function onMessage() {}" };

/** `building` resolves when a build waits for the bundler, which stands still until `resume`. */
function suspendedBundler() {
  const [pid = 0] = bundlers();
  const build = vi.spyOn(bundler, "build");
  onTestFinished(() => build.mockRestore());
  process.kill(pid, "SIGSTOP");
  return {
    building: () => expect.poll(() => build.mock.calls.length).toBeGreaterThan(0),
    resume: () => void process.kill(pid, "SIGCONT"),
  };
}
