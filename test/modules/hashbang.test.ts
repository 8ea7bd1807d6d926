import { describe, expect, test } from "vitest";
import { loadApp } from "../../src/load/load-app.ts";
import { folderProblems } from "../../src/load/folder-problems.ts";
import { folderOf, RunningApp } from "../support/running-app.ts";

const LINE = "#!/usr/bin/env node\n";
const artefact = (handler: string): string =>
  JSON.stringify({ handler, endpoint: handler.replace("/", "-"), description: "for a test" });

const FILES = {
  "ws/a.ts": `${LINE}import { b } from "../shared/b.ts"; export const onOpen = (s) => s.send("ws " + b);`,
  "shared/b.ts": `${LINE}export const b = 1;`,
  "http/c.js": `\uFEFF${LINE}export const GET = () => new Response("http");`,
  "tasks/d.mjs": `${LINE}console.log("task");`,
  "cron/e.ts": `${LINE}export const schedule = "0 0 1 1 *"; export default () => {};`,
  "scripting/f.ts": `${LINE}console.log("scripting");`,
  "bolt/g.ts": `${LINE}get("/g", () => $bolt.send("bolt"));`,
  "bolt/h.ring": `#!/usr/bin/env ring\nload "bolt.ring"\nnew Bolt() {\n@get("/h", func { $bolt.send("ring") })\n}\n`,
  "dirigible/i/plain.js": `${LINE}exports.onOpen = () => console.log("dirigible plain");`,
  "dirigible/i/modern.mjs": `${LINE}export const onOpen = () => console.log("dirigible modern");`,
  "dirigible/i/typed.ts": `\uFEFF${LINE}export const onOpen = (): void => console.log("dirigible typed");`,
  "dirigible/i/plain.websocket": artefact("i/plain"),
  "dirigible/i/modern.websocket": artefact("i/modern"),
  "dirigible/i/typed.websocket": artefact("i/typed"),
};

describe("scripts of all folders start with a hashbang", () => {
  test("all of them are served", async () => {
    const app = await RunningApp.serve(folderOf(FILES));
    expect(app.server.problems.map(({ message }) => message)).toEqual([]);
    const client = await app.open("/ws/a");
    expect(await client.next()).toBe("ws 1");
    expect(await app.text("/c")).toBe("http");
    expect(await app.text("/g")).toBe("bolt");
    expect(await app.text("/h")).toBe("ring");
    await app.logged(/^scripting$/);
    const lines: string[] = [];
    const { signal } = new AbortController();
    await app.server.runTask("d", { onLine: ({ text }) => lines.push(text), signal });
    expect(lines).toEqual(["task"]);
    for (const kind of ["plain", "modern", "typed"]) {
      await app.open(`/websockets/v4/service/i-${kind}`);
      await app.logged(new RegExp(`^dirigible ${kind}$`));
    }
  });

  test("a config may start with a hashbang", async () => {
    const files = {
      "parlor.config.ts": `${LINE}export default { port: 1234 };`,
      "ws/a.ts": "export const onOpen = () => {};",
    };
    const { config, problems } = await loadApp(folderOf(files));
    expect(problems).toEqual([]);
    expect(config.port).toBe(1234);
  });
});

describe("a CommonJS file of a registry is compiled as Node compiles it", () => {
  const problemsOf = async (text: string): Promise<string[]> => {
    const app = await loadApp(folderOf({ "dirigible/a.js": text }));
    return folderProblems(app).map(({ file, line, message }) => `${file}:${line ?? ""} ${message}`);
  };

  test("a brace too many does not end the function that it is wrapped into", async () => {
    const [problem] = await problemsOf("exports.a = 1;\n}; (function () {");
    expect(problem).toContain("dirigible/a.js:2 ");
    expect(problem).toContain("Unexpected token '}'");
    expect(await problemsOf("exports.a = 1;\n}); (function () {")).toHaveLength(1);
  });

  test("the code may return, declare names that it is handed, and end with a comment", async () => {
    const text = `${LINE}"use strict";\nconst require = 1, module = 2;\nif (require) return;\n// the end`;
    expect(await problemsOf(text)).toEqual([]);
  });

  test("a fault in its first line has its column", async () => {
    const app = await RunningApp.serve(
      folderOf({
        "dirigible/i/plain.js": `exports.onOpen = () => { throw new Error("first line"); };`,
        "dirigible/i/plain.websocket": artefact("i/plain"),
      }),
    );
    await app.open("/websockets/v4/service/i-plain");
    const { text } = await app.logged(/first line/);
    expect(text).toContain("dirigible/i/plain.js:1:32");
  });
});
