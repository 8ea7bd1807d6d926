import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf, RunningApp } from "../support/running-app.ts";

const says = (text: string): string => `export function onMessage(session) { session.send("${text}"); }`;

const FILES = {
  "ws/a.js": says("a"),
  "ws/deep/b.js": says("b"),
  "http/c.js": "export const GET = () => new Response()",
};

/** What a deploy may leave where a script or a folder was, and the code of its problem. */
const LEFT: Record<string, readonly [path: string, code: string, put: (path: string) => void]> = {
  "a broken link": ["ws/a.js", "PARLOR_LINK_BROKEN", (path) => symlinkSync("nothing.js", path)],
  "a link to itself": ["ws/a.js", "PARLOR_LINK_BROKEN", (path) => symlinkSync("a.js", path)],
  "a link to a place outside": ["ws/a.js", "PARLOR_LINK_OUTSIDE", (path) => symlinkSync("/etc/hosts", path)],
  "a named pipe": ["ws/a.js", "PARLOR_FILE_KIND", (path) => void execFileSync("mkfifo", [path])],
  "a broken link for a folder below": [
    "ws/deep",
    "PARLOR_LINK_BROKEN",
    (path) => symlinkSync("nothing", path),
  ],
  "a broken link for the folder": ["ws", "PARLOR_LINK_BROKEN", (path) => symlinkSync("nothing", path)],
  "a link of the folder to a place outside": [
    "ws",
    "PARLOR_LINK_OUTSIDE",
    (path) => symlinkSync("/etc", path),
  ],
  "a file for the folder": ["ws", "PARLOR_FILE_KIND", (path) => writeFileSync(path, "")],
};

describe.each(["a reload", "a save"])("%s that finds", (how) => {
  test.each(Object.entries(LEFT))("%s keeps the sessions", async (_, [path, code, put]) => {
    const dir = folderOf(FILES);
    let reports = 0;
    const app = await RunningApp.serve(dir, { watch: how === "a save", onReload: () => (reports += 1) });
    const clients = await Promise.all(["/ws/a", "/ws/deep/b"].map((route) => app.open(route)));
    rmSync(join(dir, path), { recursive: true });
    put(join(dir, path));
    if (how === "a reload") await app.server.reload();
    const problems = (): unknown[] => app.server.problems.map((problem) => [problem.file, problem.code]);
    await expect.poll(problems).toEqual([[path, code]]);
    // Sessions of a route without a file are closed by the second look.
    if (how === "a save") await expect.poll(() => reports).toBeGreaterThan(1);
    for (const client of clients) client.send("hi");
    expect(await Promise.all(clients.map((client) => client.next()))).toEqual(["a", "b"]);
    rmSync(join(dir, path));
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(join(dir, name, ".."), { recursive: true });
      writeFileSync(join(dir, name), text);
    }
    if (how === "a reload") await app.server.reload();
    await expect.poll(problems).toEqual([]);
  });
});

test("a reload of a folder that is empty for now keeps what is served", async () => {
  const dir = folderOf(FILES);
  const app = await RunningApp.serve(dir);
  const client = await app.open("/ws/a");
  rmSync(dir, { recursive: true });
  mkdirSync(dir);
  await app.server.reload();
  client.send("hi");
  expect(await client.next()).toBe("a");
  expect(app.log.texts.join("\n")).toContain("the app folder has no scripts");
});

test("a reload names the scripts whose file in shared/ has changed", async () => {
  const dir = folderOf({
    "ws/a.js": `import { text } from "../shared/text.js"; ${says("")}; console.log(text)`,
    "ws/b.js": says("b"),
    "shared/text.js": `export const text = "one";`,
  });
  const changed: (readonly string[])[] = [];
  const app = await RunningApp.serve(dir, { onReload: (report) => void changed.push(report.changed) });
  writeFileSync(join(dir, "shared/text.js"), `export const text = "two";`);
  await app.server.reload();
  expect(changed).toEqual([["ws/a.js"]]);
});
