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

test("notes that version 4 writes to the board reach the readers of version 2", async () => {
  const registry = await ServedRegistry.serve("thread", example());
  const [writer, ann, ben] = [
    await registry.connect("board"),
    await registry.connect("/service/js"),
    await registry.connect("/service/js"),
  ];
  ann.send(ask({ action: "read" }));
  expect(await ann.nextJson()).toEqual({ notes: [] });
  ben.send(ask({ action: "name", name: "Ben" }));
  ben.send(ask({ action: "read" }));
  expect(await ben.nextJson()).toEqual({ notes: [] });
  writer.send("  tea at five ");
  expect(await writer.next()).toBe("Your note is number 1");
  for (const reader of [ann, ben])
    expect(await reader.nextJson()).toEqual({ note: { number: 1, text: "tea at five" } });
  writer.send(" ");
  expect(await writer.next()).toBe("The note is empty");
  ann.send(ask({ action: "send", name: "Ann", to: "Ben", text: "come" }));
  expect(await ben.nextJson()).toEqual({ from: "Ann", text: "come" });
  ben.close();
  await ben.closed;
  ann.send(ask({ action: "send", name: "Ann", to: "Cid", text: "come" }));
  expect(await ann.nextJson()).toEqual({ error: "there is no reader with the name Cid" });
  ann.send(ask({ action: "send", name: "Ann", to: "Ben", text: "come" }));
  expect(await ann.nextJson()).toEqual({ error: "there is no reader with the name Ben" });
  ann.send(ask({}));
  expect(await ann.nextJson()).toEqual({ error: "action must be read, name or send" });
  expect(registry.printed()).toEqual(["info a writer has connected"]);
});

test("the herald writes a note to the board", async () => {
  const files = example();
  const registry = await ServedRegistry.serve("thread", files);
  const here = registry.app.server.url.replace("http", "ws");
  const herald = files["board/herald.js"]!;
  await registry.edit({ "board/herald.js": herald.replace("ws://localhost:3000", here) });
  const ann = await registry.connect("/service/js");
  expect((await registry.run("board/herald.js")).ok).toBe(true);
  expect(await ann.nextJson()).toEqual({ note: { number: 1, text: "The herald was here" } });
  await registry.logged(/the herald has disconnected/);
  expect(registry.printed()).toContain("info the board replied: Your note is number 1");
});
