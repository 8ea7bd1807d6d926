import { beforeAll, describe, expect, test } from "vitest";
import { existsSync } from "node:fs";
import type { AppProblem } from "../../../src/load/files/app-problem.ts";
import { bundleConfig } from "../../../src/load/bundle/bundle.ts";
import { entryFile } from "../../../src/entry-file.ts";
import { probe, probeConfig, type ProbeOptions } from "../../../src/load/probe/probe.ts";
import { TempApp } from "../temp-app.ts";
import { probed } from "./probed.ts";

beforeAll(() => {
  if (!existsSync(entryFile("probe-entry")))
    throw new Error("the loader thread is not built; run: npm run build");
});

describe("a probe", () => {
  test("a probe returns the exports of each script", async () => {
    const source = `export function onOpen(a, b) {} export const onMessage = async (s) => {}; export const tickRate = 20;
      export const scope = "route"; export const on = true, none = null, nothing = undefined;
      export class A {} export const list = []; export default { a: 1 }; export const map = new Map(), big = 1n;`;
    const shapes = await probed({ "ws/a.ts": source, "ws/b.js": "export const threads = 4;" });
    expect(shapes.get("ws/a.ts")).toEqual({
      exports: {
        onOpen: { type: "function", async: false, length: 2 },
        onMessage: { type: "function", async: true, length: 1 },
        tickRate: { type: "data", value: 20 },
        scope: { type: "data", value: "route" },
        on: { type: "data", value: true },
        none: { type: "data", value: null },
        nothing: { type: "other", description: "undefined" },
        A: { type: "other", description: "a class" },
        list: { type: "texts", value: [] },
        default: { type: "settings", value: { a: 1 } },
        map: { type: "other", description: "a Map" },
        big: { type: "other", description: "a bigint" },
      },
    });
    expect(shapes.get("ws/b.js")).toEqual({ exports: { threads: { type: "data", value: 4 } } });
  });

  test("lets scripts command what they like, to no effect", async () => {
    const source = `const service = diesel.getWebSocketService(); service.room("a").broadcast("x");
      for (const id of service.getActiveSessionIds()) throw new Error(id);
      const info = await service.getSession("x"); new Results.Thing(info).a.b = 1;
      const rate = Number(service.count) + \`\${service}\`.length; delete Results.x; console.log("never printed");
      export const tickRate = 20 + rate; export const onOpen = () => {};`;
    const shapes = await probed({ "ws/a.ts": source });
    expect(shapes.get("ws/a.ts")).toMatchObject({ exports: { tickRate: { type: "data", value: 20 } } });
  });

  test("starts no timer", async () => {
    const source = `import { setTimeout as after } from "node:timers"; let fired = false;
      const timer = setTimeout(() => { fired = true; }, 0); setInterval(() => { fired = true; }, 1).unref(); after(() => { fired = true; });
      setImmediate(() => { fired = true; }); clearTimeout(timer); timer.ref();
      await fetch("data:text/plain,x").then((answer) => answer.text());
      for (let i = 0; i < 20; i++) await fetch("data:text/plain,x");
      export const onOpen = () => {}; export const result = fired;`;
    const shapes = await probed({ "ws/a.ts": source });
    expect(shapes.get("ws/a.ts")).toMatchObject({ exports: { result: { type: "data", value: false } } });
  });

  test("evaluates shared files, those that await too", async () => {
    const shapes = await probed({
      "ws/a.ts": `import { rate } from "../shared/a.ts"; export const tickRate = rate;`,
      "ws/b.ts": `import { rate } from "../shared/a.ts"; export const tickRate = rate + 1;`,
      "shared/a.ts": `export const rate = await Promise.resolve(30);`,
    });
    expect(shapes.get("ws/a.ts")).toEqual({ exports: { tickRate: { type: "data", value: 30 } } });
    expect(shapes.get("ws/b.ts")).toEqual({ exports: { tickRate: { type: "data", value: 31 } } });
  });

  test("a probe without scripts starts no thread", async () => {
    expect(await probe([])).toEqual(new Map());
  });
});

describe("a script that does not load is named, and the others are still read", () => {
  const good = "export const onOpen = () => {};";
  const bad = async (source: string, more: Record<string, string> = {}, options: ProbeOptions = {}) => {
    const shapes = await probed({ "ws/a.ts": good, "ws/bad.ts": source, "ws/c.ts": good, ...more }, options);
    for (const name of ["ws/a.ts", "ws/c.ts"]) {
      expect(shapes.get(name)).toEqual({
        exports: { onOpen: { type: "function", async: false, length: 0 } },
      });
    }
    return shapes.get("ws/bad.ts") as AppProblem;
  };

  test("a script that throws has a problem with its own line", async () => {
    const problem = await bad(`const a: number = 1;\n\n  throw new Error("too\\nbad");`);
    expect(problem).toMatchObject({ file: "ws/bad.ts", line: 3, column: 9, code: "PARLOR_SCRIPT_THROWS" });
    expect(problem.message).toBe(
      "error while loading: Error: too bad; handle it at the top level, or move this code into a handler",
    );
  });

  test.each([
    "throw null;",
    "throw 'text';",
    "throw { get message() { throw 1; } };",
    "throw Object.create(null);",
  ])("a script with an unusual throw has a problem: %s", async (source) => {
    expect(await bad(source)).toMatchObject({ file: "ws/bad.ts", code: "PARLOR_SCRIPT_THROWS" });
  });

  test("a script whose shared file throws has a problem with that file's line", async () => {
    const shared = { "shared/db.ts": `export const db = 1;\nthrow new Error("no database");` };
    const problem = await bad(`import { db } from "../shared/db.ts"; export const a = db;`, shared);
    expect(problem).toMatchObject({ file: "shared/db.ts", line: 2, column: 7 });
  });

  test("a script that imports a name which its package lacks has a problem", async () => {
    const problem = await bad(`import { redFile } from "node:fs"; export const a = redFile;`);
    expect(problem.message).toContain(`"node:fs" exports no "redFile"; did you mean "readFile"?`);
  });

  test("a script that loops for ever has a problem", async () => {
    const problem = await bad("for (;;);", { "ws/bad2.ts": "while (true);" }, { timeoutMs: 1500 });
    expect(problem).toMatchObject({ file: "ws/bad.ts", code: "PARLOR_SCRIPT_LOOPS" });
    expect(problem.message).toContain("loading did not finish within 1.5 s");
  });

  test("a script that awaits a promise which never settles has a problem", async () => {
    const problem = await bad("await new Promise((resolve) => setTimeout(resolve, 1));");
    expect(problem).toMatchObject({ file: "ws/bad.ts", code: "PARLOR_SCRIPT_LOOPS" });
    expect(problem.message).toContain("timers do not run");
  });

  test("a script that awaits for ever while its thread is kept alive has a problem", async () => {
    const source = `import { createServer } from "node:net"; createServer().listen(0); await new Promise(() => {});`;
    const problem = await bad(source, {}, { timeoutMs: 1500 });
    expect(problem.message).toContain("timers do not run");
  });

  test("a script that ends its thread has a problem", async () => {
    const problem = await bad("process.exit(3);");
    expect(problem.message).toContain("process.exit()");
  });

  test("a script whose background work fails after loading has no problem", async () => {
    const source = `Promise.reject(new Error("later")); queueMicrotask(() => { throw new Error("soon"); }); await fetch("data:,x"); export const onOpen = () => {};`;
    const problem = await bad(source);
    expect(problem).toMatchObject({ exports: { onOpen: { type: "function" } } });
  });
});

describe("a config", () => {
  async function config(source: string, more: Record<string, string> = {}) {
    const app = new TempApp({ "parlor.config.ts": source, ...more });
    const file = app.path("parlor.config.ts");
    const bundle = await bundleConfig(file, { root: app.root });
    if (Array.isArray(bundle)) return bundle;
    return probeConfig({ script: { name: "parlor.config.ts", file }, bundle });
  }

  test("is evaluated, with defineConfig at hand where no Parlor is installed", async () => {
    const source = `import { defineConfig } from "parlor"; import { port } from "./lib/port";
      export default defineConfig({ port, heartbeat: false, allowedOrigins: ["https://a.org"] });`;
    const value = { port: 3000, heartbeat: false, allowedOrigins: ["https://a.org"] };
    expect(await config(source, { "lib/port.ts": "export const port: number = 3000;" })).toEqual({ value });
  });

  test("sees the environment", async () => {
    process.env["PARLOR_TEST_PORT"] = "4321";
    expect(await config(`export default { port: Number(process.env.PARLOR_TEST_PORT) };`)).toEqual({
      value: { port: 4321 },
    });
    delete process.env["PARLOR_TEST_PORT"];
  });

  test.each([
    ["export default { port: () => 1 };", '"port" is a function'],
    ["export default () => ({});", "its default export is a function"],
    ["export default { heartbeat: { interval: new Date() } };", '"heartbeat.interval" is a Date'],
    ["export default { allowedOrigins: [/a/] };", '"allowedOrigins.0" is a RegExp'],
    ["const a = {}; a.self = a; export default a;", '"self" is an object that contains itself'],
  ])("must be plain data: %s", async (source, message) => {
    const problem = (await config(source)) as AppProblem;
    expect(problem).toMatchObject({ file: "parlor.config.ts", code: "PARLOR_CONFIG" });
    expect(problem.message).toContain(message);
  });

  test("a config without an export is undefined, and one that throws has a problem with its line", async () => {
    expect(await config("export const port = 1;")).toEqual({ value: undefined });
    expect(await config("\nthrow new Error('x')")).toMatchObject({ file: "parlor.config.ts", line: 2 });
  });
});
