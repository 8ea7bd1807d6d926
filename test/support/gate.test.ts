import { expect, test } from "vitest";
import { Gate } from "./gate.ts";
import { RunningApp, folderOf } from "./running-app.ts";

test.each(["thread", "process"])("a gate holds a handler in a %s until the test opens it", async (kind) => {
  const gate = await Gate.create();
  const dir = folderOf({
    "ws/chat.js": `
      export const isolation = "${kind}";
      export async function onMessage(session) { session.send("waits"); ${gate.wait} session.send("passed"); }`,
  });
  const app = await RunningApp.serve(dir);
  const [early, late] = [app.connect("/ws/chat"), app.connect("/ws/chat")];
  early.send("go");
  await gate.reached();
  expect(await early.next()).toBe("waits");
  expect(early.unread).toBe(0);
  gate.open();
  expect(await early.next()).toBe("passed");
  late.send("go");
  expect([await late.next(), await late.next()]).toEqual(["waits", "passed"]);
});
