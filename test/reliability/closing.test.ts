import { expect, test } from "vitest";
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
