import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serveOn } from "../../support/served-app.ts";

test("the example's chat serves two guests, before and after a reload", async () => {
  const source = readFileSync("examples/four-apis/scripting/chat.ts", "utf8");
  const files = { "scripting/chat.ts": source.replace("PORT = 8091", "PORT = 0") };
  const app = await serveOn("thread", files);
  const ada = await app.ownPort.connect("/chat");
  const [, name] = /^You are (guest-\w{4})\. 1 person online\.$/.exec(String(await ada.next())) ?? [];
  expect(await ada.next()).toEqual(new TextEncoder().encode("🍵"));
  expect(await ada.next()).toBe(`${name} joined.`);
  const bob = await app.ownPort.connect("/chat");
  const greeting = String(await bob.next());
  expect(greeting).toMatch(/2 people online\.$/);
  const other = /guest-\w{4}/.exec(greeting)?.[0];
  expect(await ada.next()).toBe(`${other} joined.`);
  await bob.skip(2);
  ada.send("hello");
  expect([await ada.next(), await bob.next()]).toEqual([`${name}: hello`, `${name}: hello`]);
  ada.send(new Uint8Array(3));
  expect(await bob.next()).toBe(`${name} sent 3 bytes.`);
  const guests = await app.ownPort.fetch("/guests");
  expect(await guests.json()).toEqual([name, other]);
  writeFileSync(
    join(app.dir, "scripting/chat.ts"),
    `${files["scripting/chat.ts"]}\nconsole.log("loaded again");\n`,
  );
  await app.server.reload();
  expect(await bob.next()).toMatch(/^You are guest-\w{4}\. (?:1 person|2 people) online\.$/);
  await bob.skip();
  ada.close();
  expect(await bob.next()).toMatch(/^guest-\w{4} left\.$/);
});
