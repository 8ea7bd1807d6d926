import { expect, test } from "vitest";
import { TempApp } from "../../load/temp-app.ts";

test("each instance has a state of its own, and packages are shared", async () => {
  const app = new TempApp({
    "node_modules/counter/index.js": "let n = 0; exports.next = () => ++n;",
    "ws/a.ts": `import { next } from "counter"; let own = 0; export const run = () => [++own, next()];`,
  });
  const { instance } = await app.load("ws/a.ts");
  const [one, two] = [await instance(), await instance()];
  expect([one["run"]?.(), one["run"]?.(), two["run"]?.()]).toEqual([
    [1, 1],
    [2, 2],
    [1, 3],
  ]);
});

test("names are passed in, and nothing is put on the global object", async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  const app = new TempApp({
    "ws/a.ts": "var leak = 1; export const run = () => [diesel.name, typeof Results, leak];",
  });
  const { instance } = await app.load("ws/a.ts", { diesel: { name: "injected" } });
  expect((await instance())["run"]?.()).toEqual(["injected", "undefined", 1]);
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
});

test("a name that is not passed in is the global one", async () => {
  const app = new TempApp({ "ws/a.ts": "export const run = () => [console, Math];" });
  const { instance } = await app.load("ws/a.ts", { console: "mine" });
  expect((await instance())["run"]?.()).toEqual(["mine", Math]);
});

test("a script may have names of its own for what would be passed in", async () => {
  const app = new TempApp({
    "ws/a.ts":
      "const console = 1; function fetch() { return 2; } export const run = () => [console, fetch()];",
  });
  const { instance } = await app.load("ws/a.ts", { console: "mine", fetch: "mine" });
  expect((await instance())["run"]?.()).toEqual([1, 2]);
});

test("scripts are strict, as modules are", async () => {
  const app = new TempApp({
    "ws/a.ts": "export const run = () => { undeclared = 1; };",
    "ws/b.js": "export function run() { return this; }",
  });
  const { run } = await (await app.load("ws/a.ts")).instance();
  expect(run).toThrow(ReferenceError);
  const loaded = await (await app.load("ws/b.js")).instance();
  const bare = loaded["run"]!;
  expect(bare()).toBeUndefined();
});

test("exports under odd names are plain properties", async () => {
  const source = `const a = 1; function b() {} export { a as "odd name", b as default, a as constructor, a as __proto__ };`;
  const exports = await (await new TempApp({ "ws/a.js": source }).load("ws/a.js")).instance();
  expect(Object.keys(exports).sort()).toEqual(["__proto__", "constructor", "default", "odd name"]);
  expect(Object.getPrototypeOf(exports)).toBe(Object.prototype);
});

test("a script that awaits gives its instance later", async () => {
  const { instance, bundle } = await new TempApp({
    "ws/a.ts": "export const run = await Promise.resolve(() => 3);",
  }).load("ws/a.ts");
  expect(bundle.async).toBe(true);
  expect((await instance())["run"]?.()).toBe(3);
});

test("TypeScript's own syntax: enums, decorators, parameter properties, satisfies", async () => {
  const source = `enum Color { Red = 1, Blue } function twice(f: any, _: any) { return function (this: any) { return 2 * f.call(this); }; }
    class A { constructor(readonly n: number) {} @twice get() { return this.n; } static { this; } }
    namespace N { export const x = 4; } export const run = () => [Color.Blue, new A(3).get(), N.x, (1 satisfies number)];`;
  const { run } = await (await new TempApp({ "ws/a.ts": source }).load("ws/a.ts")).instance();
  expect(run?.()).toEqual([2, 6, 4, 1]);
});

test("own CommonJS files and require work", async () => {
  const files = {
    "ws/a.js": `import one from "../lib/b.cjs"; export const run = () => [one.value, require("node:path").sep];`,
    "lib/b.cjs": `module.exports = { value: require("./c.cjs") };`,
    "lib/c.cjs": `module.exports = 6;`,
  };
  const { run } = await (await new TempApp(files).load("ws/a.js")).instance();
  expect(run?.()).toEqual([6, "/"]);
});
