import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { ServedRegistry } from "./served.ts";

const folder = resolve("examples/four-apis/dirigible");

function example(): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.includes("."),
  );
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

const ask = (params: object) => JSON.stringify({ module: "/board/reader.js", params });

test("the board: notes of version 4 reach the readers of version 2", async () => {
  const registry = await ServedRegistry.serve("thread", example());
  const [writer, ann, ben] = [
    await registry.connect("board"),
    await registry.connect("/service/js"),
    await registry.connect("/service/js"),
  ];
  ann.send(ask({ wish: "read" }));
  expect(await ann.nextJson()).toEqual({ notes: [] });
  ben.send(ask({ wish: "name", name: "Ben" }));
  ben.send(ask({ wish: "read" }));
  expect(await ben.nextJson()).toEqual({ notes: [] });
  writer.send("  tea at five ");
  expect(await writer.next()).toBe("Your note is number 1");
  for (const reader of [ann, ben])
    expect(await reader.nextJson()).toEqual({ note: { number: 1, text: "tea at five" } });
  writer.send(" ");
  expect(await writer.next()).toBe("An empty note is none");
  ann.send(ask({ wish: "tell", name: "Ann", to: "Ben", text: "come" }));
  expect(await ben.nextJson()).toEqual({ from: "Ann", text: "come" });
  ben.close();
  await ben.closed;
  ann.send(ask({ wish: "tell", name: "Ann", to: "Cid", text: "come" }));
  expect(await ann.nextJson()).toEqual({ error: "nobody is called Cid" });
  ann.send(ask({ wish: "tell", name: "Ann", to: "Ben", text: "come" }));
  expect(await ann.nextJson()).toEqual({ error: "nobody is called Ben" });
  ann.send(ask({}));
  expect(await ann.nextJson()).toEqual({ error: "wish is read, name or tell" });
  expect(registry.printed()).toEqual(["info a writer has come"]);
});

test("the herald puts up a note of its own", async () => {
  const files = example();
  const registry = await ServedRegistry.serve("thread", files);
  const here = registry.app.server.url.replace("http", "ws");
  const herald = files["board/herald.js"]!;
  await registry.edit({ "board/herald.js": herald.replace("ws://localhost:3000", here) });
  const ann = await registry.connect("/service/js");
  expect((await registry.run("board/herald.js")).ok).toBe(true);
  expect(await ann.nextJson()).toEqual({ note: { number: 1, text: "The herald was here" } });
  await registry.logged(/the herald has left/);
  expect(registry.printed()).toContain("info the board says: Your note is number 1");
});
