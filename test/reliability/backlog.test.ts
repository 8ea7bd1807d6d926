import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Gate } from "../support/gate.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

const MESSAGES = 6000;

test("each event that waited behind a promise is handled once, by one version or the next", async () => {
  const gate = await Gate.create();
  const dir = folderOf({ "ws/chat.js": "" });
  const numbersFile = join(dir, "numbers.txt");
  writeFileSync(numbersFile, "");
  // A crash or a handover cannot undo what was written to a file.
  const save = (name: string): void =>
    writeFileSync(
      join(dir, "ws/chat.js"),
      `import { appendFileSync } from "node:fs";
      const wait = async () => { ${gate.wait} };
      export function onMessage(session, text) {
        if (text === "wait") return wait();
        for (const end = performance.now() + 0.1; performance.now() < end;);
        appendFileSync(${JSON.stringify(numbersFile)}, text + " ${name}\\n");
        session.send(text);
      }`,
    );
  save("a");
  const app = await RunningApp.serve(dir);
  const client = app.connect("/ws/chat");
  client.send("wait");
  await gate.reached();
  for (let number = 0; number < MESSAGES; number += 1) client.send(String(number));
  gate.open();
  expect(await client.next()).toBe("0");
  save("b");
  await app.server.reload();
  for (let number = 1; number < MESSAGES; number += 1) expect(await client.next()).toBe(String(number));
  const numbers = readFileSync(numbersFile, "utf8").trim().split("\n").map(Number.parseFloat);
  expect(numbers).toEqual(Array.from({ length: MESSAGES }, (_, number) => number));
});
