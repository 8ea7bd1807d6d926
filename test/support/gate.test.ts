import { expect, test } from "vitest";
import { Gate } from "./gate.ts";
import { RunningApp, folderOf } from "./running-app.ts";

test.each(["thread", "process"])("a gate holds a handler in a %s until the test opens it", async (kind) => {
  const gate = await Gate.create();
  const dir = folderOf({
    "ws/chat.js": `
      export const isolation = "${kind}";
      export async function onMessage(session, text) {
        if (text === "pass") { ${gate.wait} }
        session.send(text);
      }`,
  });
  const app = await RunningApp.serve(dir);
  const [held, other] = [app.connect("/ws/chat"), app.connect("/ws/chat")];
  held.send("pass");
  await gate.reached();
  for (const text of ["1", "2", "3", "4", "5"]) {
    other.send(text);
    expect(await other.next()).toBe(text);
  }
  expect(held.unread).toBe(0);
  gate.open();
  expect(await held.next()).toBe("pass");
  other.send("pass");
  expect(await other.next()).toBe("pass");
});
