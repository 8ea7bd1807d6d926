import { describe, expect, test } from "vitest";
import { TempApp } from "../temp-app.ts";

const MARK = "\uFEFF";

async function result(files: Record<string, string>, name = "ws/a.ts"): Promise<unknown> {
  const { instance } = await new TempApp(files).load(name);
  return (await instance())["run"]?.();
}

describe("a hashbang, a byte order mark and directives, legal only at the start of a file", () => {
  test.each(["ws/a.ts", "ws/a.mts", "ws/a.js", "ws/a.mjs"])("%s may start with a hashbang", async (name) => {
    const code = "export const run = () => 1;";
    expect(await result({ [name]: `#!/usr/bin/env node\n${code}` }, name)).toBe(1);
    expect(await result({ [name]: `#!/usr/bin/env node\r\n"use strict";\r\n${code}` }, name)).toBe(1);
    expect(await result({ [name]: `${MARK}#!/usr/bin/env node\n${code}` }, name)).toBe(1);
  });

  test("files that a script imports, and files of shared/, may start with a hashbang", async () => {
    const files = {
      "ws/a.ts": `#!/usr/bin/env -S node\nimport { b } from "../lib/b.cjs"; import { c } from "../shared/c.ts"; export const run = () => [b, c];`,
      "lib/b.cjs": `#!/usr/bin/env node\n"use strict"; exports.b = 1;`,
      "shared/c.ts": `${MARK}#!/usr/bin/env node\nimport { d } from "../lib/d.ts"; export const c: number = d;`,
      "lib/d.ts": `${MARK}#!/usr/bin/env node\nexport const d = 2;`,
    };
    expect(await result(files)).toEqual([1, 2]);
  });

  test("a fault below a hashbang has its own line and column", async () => {
    const app = new TempApp({
      "ws/a.ts": `#!/usr/bin/env node\n\nexport const run = () => { throw new Error("x"); };`,
    });
    const { instance, mapped } = await app.load("ws/a.ts");
    const { run } = await instance();
    expect(mapped(thrownBy(run)).at).toBe("ws/a.ts:3:34");
  });

  test("a syntax error below a hashbang has its own line", async () => {
    const problems = await new TempApp({ "ws/a.ts": "#!/usr/bin/env node\nlet a = = 1;" }).problems(
      "ws/a.ts",
    );
    expect(problems).toMatchObject([{ file: "ws/a.ts", line: 2, column: 9 }]);
  });

  test("a file may end with a comment", async () => {
    expect(await result({ "ws/a.ts": "export const run = () => 1; // the end" })).toBe(1);
  });
});

describe("functions and classes have the names that they have in the source", () => {
  test("a class that names itself in a static field", async () => {
    const source = `class Registry { static one = new Registry(); } export const run = () => Registry.name;`;
    expect(await result({ "ws/a.ts": source })).toBe("Registry");
  });

  test("classes and functions of the same name in two files", async () => {
    const files = {
      "ws/a.ts": `import { Item as Other, make as other } from "../lib/b.ts"; export class Item {} const make = () => 1; function go() {}
        export const run = () => [Item, Other, make, other, go].map(({ name }) => name);`,
      "lib/b.ts": `export class Item {} export const make = () => 2; export function go() {}`,
    };
    expect(await result(files)).toEqual(["Item", "Item", "make", "make", "go"]);
  });

  test("a function that shadows an import", async () => {
    const files = {
      "ws/a.ts": `import { KEY } from "../lib/b.ts"; const own = KEY;
        export const run = () => { function KEY() {} const all = [own, KEY.name]; { const KEY = () => 1; all.push(KEY.name); } return all; };`,
      "lib/b.ts": `export const KEY = 1;`,
    };
    expect(await result(files)).toEqual([1, "KEY", "KEY"]);
  });

  test("anonymous default exports", async () => {
    const files = {
      "ws/a.ts": `import b from "./b.ts"; import c from "./c.ts"; import d from "./d.ts"; import e from "../shared/e.ts";
        export const run = () => [b, c, d, e].map(({ name }) => name);`,
      "ws/b.ts": `export default function () {}`,
      "ws/c.ts": `export default class { static one = 1; }`,
      "ws/d.ts": `export default () => 1;`,
      "shared/e.ts": `export default function () {}`,
    };
    expect(await result(files)).toEqual(["default", "default", "default", "default"]);
  });

  test("a static member called name of a class is the class's own", async () => {
    const source = `class A { static name() { return "own"; } } class B { static name = "field"; static self = B; }
      export const run = () => [A.name(), B.name];`;
    expect(await result({ "ws/a.ts": source })).toEqual(["own", "field"]);
  });

  test("a name that a script declares for itself is not taken for the bundler's", async () => {
    const source = `const __name = (f: () => void, text: string) => [f, text]; const __defProp = 1; const f = () => {};
      export const run = () => [__name(f, "f")[1], f.name, __defProp];`;
    expect(await result({ "ws/a.ts": source })).toEqual(["f", "f", 1]);
  });

  test("an error class of two files has its name where it is thrown", async () => {
    const files = {
      "ws/a.ts": `import { Refused as Other } from "./b.ts"; class Refused extends Error { override name = this.constructor.name; }
        export const run = () => [new Refused("x").name, new Other("x").name, String(new Other("y"))];`,
      "ws/b.ts": `export class Refused extends Error { override name = this.constructor.name; }`,
    };
    expect(await result(files)).toEqual(["Refused", "Refused", "Refused: y"]);
  });

  test("no call that sets a name is left where the code gives the same name", async () => {
    const source = `class A { static { this.x = 1; } static x = 0; #p = () => 1; o = { k: () => this.#p, "a b": function () {} }; m = () => { const inner = () => 1; function deep() { return class B {}; } return [inner, deep]; }; }
      let later = (a = () => 2) => a; later = function () { return () => later; } as never;
      export function onMessage() { const f = function g() {}; return [f, new A(), later]; }`;
    const { code } = await new TempApp({ "ws/a.ts": source }).bundle("ws/a.ts");
    expect(code).not.toContain("__name");
    expect(code).toContain("function deep() {");
  });

  test("a class with decorators has its name, and so have its members", async () => {
    const source = `const seen: string[] = [];
      const mark = (value: unknown, { kind, name }: DecoratorContext) => void seen.push(kind + " " + String(name));
      @mark class Tea { @mark brew() { return 1; } @mark static pour() {} @mark cups = 2; @mark accessor hot = true; @mark #own() {} }
      export const run = () => [Tea.name, Tea.prototype.brew.name, new Tea().cups, new Tea().hot, seen.length];`;
    expect(await result({ "ws/a.ts": source })).toEqual(["Tea", "brew", 2, true, 6]);
    const plain = `const made = (given: object) => (value: unknown) => value as never; @made({ path: "/" }) class Tea {}
      export const run = () => Tea.name;`;
    expect(await result({ "ws/a.ts": plain })).toBe("Tea");
  });

  test("the source of a function has no wrapper", async () => {
    const source = `export function run() { const inner = () => 1; return [run.toString(), inner.name]; }`;
    const [text, name] = (await result({ "ws/a.ts": source })) as [string, string];
    expect(text).not.toContain("__name");
    expect(name).toBe("inner");
  });

  test("columns of a line whose names were kept are those of the source", async () => {
    const source = `export const run = () => { const f = () => { throw new Error("x"); }; f(); };`;
    const { instance, mapped } = await new TempApp({ "ws/a.ts": source }).load("ws/a.ts");
    const { stack } = mapped(thrownBy((await instance())["run"]));
    expect(stack).toContain(`ws/a.ts:1:${source.indexOf("new Error") + 1}`);
    expect(stack).toContain(`ws/a.ts:1:${source.indexOf("f();") + 1}`);
  });
});

function thrownBy(call: (() => unknown) | undefined): unknown {
  try {
    call?.();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
