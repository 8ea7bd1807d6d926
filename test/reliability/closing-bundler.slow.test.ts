// All servers of a process share its bundler, so these tests have a process of their own.
import { expect, onTestFinished, test, vi } from "vitest";
import { bundler } from "../../src/load/bundle/bundler-process.ts";
import { bundlers } from "../support/bundlers.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

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
