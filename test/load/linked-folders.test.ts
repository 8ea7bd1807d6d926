import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkApp, formatProblem } from "../../src/server/serve.ts";
import { folderOf } from "../support/running-app.ts";

test("a folder with another name is looked into, and links in it that lead back are not followed", async () => {
  const dir = folderOf({ "websockets/in/chat.js": "export function onMessage() {}" });
  for (const name of ["one", "two"]) symlinkSync(dir, join(dir, "websockets", name));
  const { problems, warnings } = await checkApp(dir);
  expect([...problems, ...warnings].map(formatProblem).join("\n")).toMatch(/websockets\/.*\bws\//s);
});
