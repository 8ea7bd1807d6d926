import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ServedApp } from "./served.ts";

test("the example's chat, with two guests", async () => {
  const source = readFileSync("examples/four-apis/scripting/chat.ts", "utf8");
  const files = { "scripting/chat.ts": source.replace("PORT = 8091", "PORT = 0") };
  const app = await ServedApp.serve("thread", files);
  const ada = await app.connect("/chat");
  const [, name] = /^You are (guest-\w{4})\. There are 1 of you\.$/.exec(String(await ada.next())) ?? [];
  expect(await ada.next()).toEqual(new TextEncoder().encode("🍵"));
  expect(await ada.next()).toBe(`${name} has come.`);
  const bob = await app.connect("/chat");
  const greeting = String(await bob.next());
  expect(greeting).toMatch(/There are 2 of you\.$/);
  const other = /guest-\w{4}/.exec(greeting)?.[0];
  expect(await ada.next()).toBe(`${other} has come.`);
  await bob.skip(2);
  ada.send("hello");
  expect([await ada.next(), await bob.next()]).toEqual([`${name}: hello`, `${name}: hello`]);
  ada.send(new Uint8Array(3));
  expect(await bob.next()).toBe(`${name} has sent 3 bytes.`);
  const guests = await app.fetch("/guests");
  expect(await guests.json()).toEqual([name, other]);
  writeFileSync(
    join(app.dir, "scripting/chat.ts"),
    `${files["scripting/chat.ts"]}\nconsole.log("loaded anew");\n`,
  );
  await app.server.reload();
  expect(await bob.next()).toMatch(/^You are guest-\w{4}\. There are [12] of you\.$/);
  await bob.skip();
  ada.close();
  expect(await bob.next()).toMatch(/^guest-\w{4} has left\.$/);
});
