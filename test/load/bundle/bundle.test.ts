import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { bundleShared } from "../../../src/load/bundle/bundle.ts";
import { TempApp } from "../temp-app.ts";

const packages = {
  "node_modules/plain/index.js": `"use strict"; module.exports = { one: 1, twice: (n) => n * 2, self() { return this; } };`,
  "node_modules/func/index.js": `module.exports = function hello() { return "hello"; }; module.exports.extra = 7;`,
  "node_modules/compiled/index.js": `Object.defineProperty(exports, "__esModule", { value: true });
    exports.default = class Made {}; exports.named = "n";`,
  "node_modules/modern/package.json": `{ "type": "module", "exports": { "import": "./main.js" } }`,
  "node_modules/modern/main.js": `export let count = 0; export const bump = () => ++count; export default "modern";`,
  "node_modules/waits/package.json": `{ "type": "module", "exports": "./main.js" }`,
  "node_modules/waits/main.js": `export const late = await Promise.resolve(3);`,
  "node_modules/@org/pkg/sub.js": `exports.sub = "sub";`,
};

async function result(files: Record<string, string>, name = "ws/a.ts"): Promise<unknown> {
  const { instance } = await new TempApp({ ...packages, ...files }).load(name);
  const { run } = await instance();
  return run?.();
}

describe("imports", () => {
  test.each(["./b", "./b.ts", "./b.js", "../lib/c.js", "../lib/c", "../lib", "./d.mjs", "./e.json"])(
    "own file %s",
    async (path) => {
      const files = {
        "ws/a.ts": `import * as all from "${path}"; export const run = () => all.value;`,
        "ws/b.ts": `export const value: string = "own";`,
        "lib/c.ts": `export const value: string = "own";`,
        "lib/index.ts": `export { value } from "./c.js";`,
        "ws/d.mts": `export const value: string = "own";`,
        "ws/e.json": `{ "value": "own" }`,
      };
      expect(await result(files)).toBe("own");
    },
  );

  test("JSON with import attributes", async () => {
    const files = {
      "ws/a.ts": `import data from "./e.json" with { type: "json" }; export const run = () => data;`,
      "ws/e.json": `{ "deep": { "list": [1, 2] } }`,
    };
    expect(await result(files)).toEqual({ deep: { list: [1, 2] } });
  });

  test("CommonJS packages: by name, default, all and with a method's own `this` gone", async () => {
    const source = `import plain, { one, twice, self } from "plain"; import * as all from "plain";
      import func, { extra } from "func"; import Made, { named } from "compiled"; import { sub as other } from "@org/pkg/sub.js";
      export const run = () => [one, twice(2), { one }, plain.one, all.one, func(), extra, Made.name, named, other, self()];`;
    const expected = [1, 4, { one: 1 }, 1, 1, "hello", 7, "Made", "n", "sub", undefined];
    expect(await result({ "ws/a.ts": source })).toEqual(expected);
  });

  test("scripts and shared files that are CommonJS, by their own words or by a package.json above them", async () => {
    const plain = `const { one } = require("plain"); exports.run = () => one;`;
    expect(await result({ "ws/a.js": plain }, "ws/a.js")).toBe(1);
    expect(await result({ "ws/a.js": `module.exports = { run: () => 2 };` }, "ws/a.js")).toBe(2);
    const above = { "package.json": `{ "type": "commonjs" }` };
    const { instance } = await new TempApp({ ...above, "ws/a.js": `console.log("no exports");` }).load(
      "ws/a.js",
    );
    expect(await instance()).toEqual({});
    const shared = {
      ...above,
      "shared/s.js": `module.exports = { three: 3, get: () => "live" };`,
      "ws/a.ts": `import s, { three } from "../shared/s.js"; export const run = () => [three, s.get()];`,
    };
    expect(await result(shared)).toEqual([3, "live"]);
  });

  test("ES packages, also those that admit only `import`, stay live", async () => {
    const source = `import name, { count, bump } from "modern";
      export const run = () => { const before = count; bump(); return [name, count - before]; };`;
    expect(await result({ "ws/a.ts": source })).toEqual(["modern", 1]);
  });

  test("a package is evaluated once, however it is found, and own files once per instance", async () => {
    const source = `import { bump } from "modern"; import { next } from "./b.ts"; export const run = () => [bump(), next()];`;
    const app = new TempApp({
      ...packages,
      "ws/a.ts": source,
      "ws/b.ts": "let n = 0; export const next = () => ++n;",
    });
    const { instance } = await app.load("ws/a.ts");
    const [one, two] = [await instance(), await instance()];
    expect([one["run"]?.(), two["run"]?.()]).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test("Node's own modules, and the app's own node_modules from nested folders", async () => {
    const source = `import fs, { existsSync } from "fs"; import { join } from "node:path"; import { one } from "plain";
      export const run = () => [typeof fs.readFileSync, existsSync("/"), join("a", "b"), one];`;
    expect(await result({ "ws/deep/er/a.ts": source }, "ws/deep/er/a.ts")).toEqual([
      "function",
      true,
      "a/b",
      1,
    ]);
  });

  test("dynamic imports of own files, packages, computed names and modules that await", async () => {
    const source = `export const run = async () => {
        const name = ["pl", "ain"].join("");
        return [(await import("./b.ts")).value, (await import("plain")).one, (await import(name)).default.one,
          (await import("waits")).late, (await import("node:path")).sep];
      };`;
    expect(await result({ "ws/a.ts": source, "ws/b.ts": "export const value = 5;" })).toEqual([
      5,
      1,
      1,
      3,
      "/",
    ]);
  });

  test("a dynamic import of nothing rejects", async () => {
    const source = `const name = "nowhere" + ""; export const run = () => import(name);`;
    await expect(result({ "ws/a.ts": source })).rejects.toThrow("nowhere");
  });

  test("re-exports of packages and of everything", async () => {
    const source = `export * from "plain"; export { default } from "func"; export * as ns from "compiled"; export * from "./b.ts";`;
    const app = new TempApp({ ...packages, "ws/a.ts": source, "ws/b.ts": "export const one = 'own';" });
    const exports = await (await app.load("ws/a.ts")).instance();
    expect(Object.keys(exports).sort()).toEqual(["default", "ns", "one", "self", "twice"]);
    expect(exports["one"]).toBe("own");
    expect(exports["default"]?.()).toBe("hello");
  });

  test("paths of tsconfig.json", async () => {
    const files = {
      "tsconfig.json": `{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"], "@shared/*": ["./shared/*"] } } }`,
      "ws/a.ts": `import { value } from "@lib/c"; import { db } from "@shared/db"; export const run = () => [value, db];`,
      "lib/c.ts": `export const value = "own";`,
      "shared/db.ts": `export const db = "db";`,
    };
    expect(await result(files)).toEqual(["own", "db"]);
  });

  test("import.meta is that of each file", async () => {
    const app = new TempApp({
      "ws/[id].ts": `import { meta } from "../lib/c.ts"; export const run = () => [import.meta.url, import.meta.filename, meta];`,
      "lib/c.ts": `export const meta = import.meta.dirname;`,
    });
    const { run } = await (await app.load("ws/[id].ts")).instance();
    const file = app.path("ws/[id].ts");
    expect(run?.()).toEqual([pathToFileURL(file).href, file, app.path("lib")]);
  });

  test("inner names that are those of an import are left alone", async () => {
    const source = `import { one, twice } from "plain";
      export const run = () => { const a = one; { const one = 5; return [a, one, ((twice) => twice)(8), { one: 3 }.one, { one }]; } };`;
    expect(await result({ "ws/a.ts": source })).toEqual([1, 5, 8, 3, { one: 5 }]);
  });

  test("CRLF and a byte order mark do no harm", async () => {
    const source = "\uFEFFimport { one } from 'plain';\r\n\r\nexport const run = () =>\r\n  one;\r\n";
    expect(await result({ "ws/a.ts": source })).toBe(1);
  });
});

describe("problems", () => {
  const problem = async (text: string, more: Record<string, string> = {}) => {
    return new TempApp({ ...packages, "ws/a.ts": text, ...more }).problems("ws/a.ts");
  };

  test("a syntax error has file, line and column", async () => {
    const found = await problem("export const a = 1;\n\n  export function onOpen( {\n");
    expect(found).toMatchObject([{ file: "ws/a.ts", line: 4, column: 1, code: "PARLOR_SCRIPT_SYNTAX" }]);
    const other = await problem("let a = 1;\nlet b = = 2;");
    expect(other).toMatchObject([{ file: "ws/a.ts", line: 2, column: 9, code: "PARLOR_SCRIPT_SYNTAX" }]);
  });

  test("a syntax error in an imported file names that file", async () => {
    const found = await problem(`import "../lib/b.ts";`, { "lib/b.ts": "\nconst = 1" });
    expect(found).toMatchObject([{ file: "lib/b.ts", line: 2, column: 7, code: "PARLOR_SCRIPT_SYNTAX" }]);
  });

  test.each(["\uFEFFexport const a = 1;", "export const a = 1;"])(
    "a file in UTF-16 has its reason",
    async (text) => {
      const app = new TempApp({ "ws/a.ts": "" });
      writeFileSync(app.path("ws/a.ts"), Buffer.from(text, "utf16le"));
      const [found] = await app.problems("ws/a.ts");
      expect(found).toMatchObject({ file: "ws/a.ts", line: 1, code: "PARLOR_SCRIPT_SYNTAX" });
      expect(found?.message).toContain("save the file as UTF-8");
    },
  );

  test("an import below a file is not a syntax error", async () => {
    const found = await problem(`import "../lib/b.ts";`, { lib: "a file" });
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(["PARLOR_SCRIPT_IMPORT"]));
  });

  test("code that is nested too deeply is a problem with its place, not a failure of the load", async () => {
    const deep = (count: number) => `\nexport const x = ${"f(1, ".repeat(count)}1${")".repeat(count)};`;
    const found = await new TempApp({ "ws/a.ts": deep(20_000) }).problems("ws/a.ts");
    expect(found).toMatchObject([{ file: "ws/a.ts", line: 2, code: "PARLOR_SCRIPT_SYNTAX" }]);
    expect(found[0]?.message).toContain("nested too deeply");
  });

  test.each([
    [`import { x } from "./nowhere"; x();`, `cannot find the import "./nowhere"`],
    [`import x from "@org/none/deep"; x();`, "npm install @org/none"],
    [`import x from "nowhere/deep"; x();`, "npm install nowhere"],
    [`import x from "https://example.org/x.js"; x();`, "download it"],
    [`import x from "file://host/x.js"; x();`, 'cannot import "file://host/x.js"; download it'],
    [`import x from "file:///x%00.js"; x();`, 'cannot import "file:///x%00.js"; download it'],
    [`import { typo } from "./b.ts"; typo();`, 'ws/b.ts has no export "typo"'],
    [`import x from "./b.png"; x();`, "can import .ts"],
  ])("%s", async (line, message) => {
    const found = await problem(`export const a = 1;\n${line}\n`, {
      "ws/b.ts": "export const value = 1;",
      "ws/b.png": "",
    });
    expect(found).toMatchObject([{ file: "ws/a.ts", line: 2, code: "PARLOR_SCRIPT_IMPORT" }]);
    expect(found[0]?.message).toContain(message);
    expect(found[0]?.message).not.toContain("\n");
  });

  test("a name that a package does not export is an error when the script is evaluated", async () => {
    const app = new TempApp({
      ...packages,
      "ws/a.ts": `import { twise } from "plain"; export const a = () => twise;`,
    });
    const { instance } = await app.load("ws/a.ts");
    await expect(instance()).rejects.toThrow(`"plain" exports no "twise"; did you mean "twice"?`);
  });

  test("a script that is gone", async () => {
    const app = new TempApp({ "ws/a.ts": "" });
    rmSync(app.path("ws/a.ts"));
    expect(await app.problems("ws/a.ts")).toMatchObject([{ file: "ws/a.ts", line: null }]);
  });
});

describe("the facts of a bundle", () => {
  test("the names that it takes from outside, and no others", async () => {
    const source = `const fetch = 1; class console {}
      export function onOpen(diesel) { diesel(fetch, console); for (const Date of []) Date; setTimeout(() => Results.of({ crypto: 1 }.crypto)); }
      label: for (;;) break label;
      export const f = typeof performance, { Math: g } = {};`;
    const { uses } = await new TempApp({ "ws/a.ts": source }).bundle("ws/a.ts");
    expect([...uses].sort()).toEqual(["Results", "performance", "setTimeout"]);
  });

  test("a name that an inner function hides is still free outside of it", async () => {
    const source = `export const a = () => { { let console; console; } return console; }; export function b({ x = Date }) { try {} catch (diesel) { diesel; } }`;
    const { uses } = await new TempApp({ "ws/a.ts": source }).bundle("ws/a.ts");
    expect([...uses].sort()).toEqual(["Date", "console"]);
  });

  test.each([
    ["export const a = await 1;", true],
    ["for await (const x of []) x;", true],
    ["export const a = async () => await 1;", false],
    ["class A { async b() { await 1; } }; export const a = A;", false],
    ['import "./b.ts"', true],
  ])("whether it awaits at its top level: %s", async (source, async) => {
    const app = new TempApp({ "ws/a.ts": source, "ws/b.ts": "await 1;" });
    expect((await app.bundle("ws/a.ts")).async).toBe(async);
  });

  test("the version of a bundle changes with its code and with nothing else", async () => {
    const app = new TempApp({ "ws/a.ts": "export const a = 1;" });
    const first = await app.bundle("ws/a.ts");
    app.write("ws/a.ts", "export const a: number = 1;");
    const same = await app.bundle("ws/a.ts");
    app.write("ws/a.ts", "export const a = 2;");
    const other = await app.bundle("ws/a.ts");
    expect(first.version).toMatch(/^[0-9a-f]{8}$/);
    expect(same.version).toBe(first.version);
    expect(other.version).not.toBe(first.version);
  });
});

describe("shared files", () => {
  const shared = {
    "shared/db.ts": `import { other } from "./deep/other.js"; globalThis.__evaluated = (globalThis.__evaluated ?? 0) + 1;
      export let count = 0; export const bump = () => ++count; export const seen = () => other(); export default class Db {}`,
    "shared/deep/other.ts": `import { count } from "../db.ts"; export const other = () => count;`,
    "shared/index.ts": `export * from "./db.ts"; export const own = "own";`,
  };

  test("are evaluated once for all instances of all scripts, and their exports are live", async () => {
    const source = `import { count, bump, seen } from "../shared/db.ts"; import * as all from "../shared/index.ts";
      export const run = () => { bump(); return [count, all.count, seen(), all.own, "default" in all]; };`;
    const app = new TempApp({ ...shared, "ws/a.ts": source });
    const { instance } = await app.load("ws/a.ts");
    const [one, two] = [await instance(), await instance()];
    expect([one["run"]?.(), two["run"]?.()]).toEqual([
      [1, 1, 1, "own", false],
      [2, 2, 2, "own", false],
    ]);
    expect(Reflect.get(globalThis, "__evaluated")).toBe(1);
    Reflect.deleteProperty(globalThis, "__evaluated");
  });

  test("may await at their top level", async () => {
    const app = new TempApp({
      "ws/a.ts": `import { pool } from "../shared/pool.ts"; export const run = () => pool;`,
      "shared/pool.ts": `import { url, later } from "./url.ts"; export const pool = await later("pool " + url);`,
      "shared/url.ts": `export const later = (value) => new Promise((resolve) => setImmediate(resolve, value)); export const url = await later("url");`,
    });
    const { instance, bundle } = await app.load("ws/a.ts");
    expect((await instance())["run"]?.()).toBe("pool url");
    expect(bundle.async).toBe(false);
  });

  test("a shared file that throws does so in every script that imports it, with its own line", async () => {
    const app = new TempApp({
      "ws/a.ts": `import { pool } from "../shared/pool.ts"; export const run = () => pool;`,
      "shared/pool.ts": `export const pool = 1;\nthrow new Error("no database");`,
    });
    await expect(app.load("ws/a.ts")).rejects.toThrow("no database");
  });

  test("are also reached by import() and through a link to the app", async () => {
    const source = `export const run = async () => (await import("../shared/db.ts")).count;`;
    const app = new TempApp({ ...shared, "ws/a.ts": source });
    const { instance, bundle } = await app.load("ws/a.ts");
    expect(await (await instance())["run"]?.()).toBe(0);
    expect(bundle.shared).toEqual([app.path("shared/db.ts")]);
    const link = new TempApp({});
    symlinkSync(app.root, link.path("app"));
    const bundles = await bundleShared([app.path("shared/db.ts")], { root: link.path("app") });
    expect([...bundles.keys()]).toEqual([app.path("shared/db.ts"), app.path("shared/deep/other.ts")]);
  });

  test("a shared file with a syntax error has its own problem", async () => {
    const app = new TempApp({ "shared/a.ts": "export const = 1;", "shared/b.ts": "export const b = 1;" });
    const bundles = await bundleShared([app.path("shared/a.ts"), app.path("shared/b.ts")], {
      root: app.root,
    });
    expect(bundles.get(app.path("shared/a.ts"))).toMatchObject([
      { file: "shared/a.ts", line: 1, column: 14 },
    ]);
    expect(bundles.get(app.path("shared/b.ts"))).toMatchObject({ async: false });
  });
});

describe("timers", () => {
  test.each(["timers", "node:timers"])("the timers of %s are those of the script's globals", async (name) => {
    const source = `import { setTimeout as after } from "${name}"; import * as all from "${name}";
      export const run = () => [after(1), all.clearInterval(2), all.default.setImmediate(3)];`;
    const injected = { setTimeout: () => "t", clearInterval: () => "c", setImmediate: () => "i" };
    const { instance } = await new TempApp({ "ws/a.ts": source }).load("ws/a.ts", injected);
    expect((await instance())["run"]?.()).toEqual(["t", "c", "i"]);
  });

  test("the timers of node:timers/promises use those of the script's globals and obey signals", async () => {
    const source = `import { setTimeout as sleep, setInterval as every, setImmediate as soon, scheduler } from "node:timers/promises";
      export const run = async () => {
        const stop = new AbortController();
        const stopped = sleep(9, 1, { signal: stop.signal }).catch((error) => error.name);
        const late = await sleep(0, "late", { signal: AbortSignal.abort() }).catch((error) => error.code);
        stop.abort();
        const ticks = [];
        for await (const tick of every(5, "tick")) if (ticks.push(tick) === 3) break;
        await scheduler.wait(1);
        return [await sleep(7, "slept"), await stopped, late, await soon("soon"), ticks];
      };`;
    const asked: number[] = [];
    const ended: unknown[] = [];
    const injected = {
      // The timer that is to be aborted never fires.
      setTimeout: (done: () => void, ms: number) => (asked.push(ms), ms !== 9 && queueMicrotask(done), ms),
      clearTimeout: (timer: unknown) => ended.push(timer),
      setInterval: (tick: () => void) => (tick(), tick(), queueMicrotask(tick), "interval"),
      clearInterval: (timer: unknown) => ended.push(timer),
      setImmediate: (done: () => void) => queueMicrotask(done),
    };
    const { instance } = await new TempApp({ "ws/a.ts": source }).load("ws/a.ts", injected);
    expect(await (await instance())["run"]?.()).toEqual([
      "slept",
      "AbortError",
      "ABORT_ERR",
      "soon",
      ["tick", "tick", "tick"],
    ]);
    expect(asked).toEqual([9, 1, 7]);
    expect(ended).toEqual([9, "interval"]);
  });
});

test("bundling does not keep a program alive", () => {
  const app = new TempApp({
    "a.mjs": `import { build } from "${import.meta.resolve("esbuild")}"; await build({ stdin: { contents: "" }, write: false }); console.log("done");`,
  });
  // Would run into the limit if the bundler's process kept it.
  expect(execFileSync(process.execPath, [app.path("a.mjs")], { timeout: 10_000, encoding: "utf8" })).toBe(
    "done\n",
  );
});
