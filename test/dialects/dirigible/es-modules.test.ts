import { describe, expect, test } from "vitest";
import { Stage, artefact, type Files } from "./stage.ts";

/** What a module prints when it is run in a registry of these files. */
async function printed(files: Files, module = "main"): Promise<string[]> {
  const stage = await Stage.begun(files);
  await stage.module(module);
  expect(stage.faultTexts).toEqual([]);
  return stage.lines;
}

/** How running `main` fails. */
async function failure(files: Files): Promise<string> {
  const stage = await Stage.begun(files);
  await stage.module("main");
  expect(stage.faultTexts).toHaveLength(1);
  return stage.faultTexts[0]!;
}

const HANDLER = `import { websockets } from "sdk/net";
  export function onOpen() { console.log(websockets.getMethod()); }
  export const onMessage = async (message) => \`got \${message}\`;
  export { end as onClose };
  const end = () => console.warn("closed");`;

describe("an ES module of the registry", () => {
  test.each(["my/room.mjs", "my/room.js", "my/room.ts"])("%s is a handler", async (file) => {
    for (const handler of ["my/room", file]) {
      const stage = await Stage.begun({ [file]: HANDLER, "room.websocket": artefact(handler, "room") });
      const visitor = await stage.connect("room");
      await visitor.say("tea");
      await visitor.leave();
      expect([stage.faultTexts, visitor.read()]).toEqual([[], ["got tea"]]);
      expect(stage.lines).toEqual(["log onopen", "warn closed"]);
    }
  });

  test("a function that a handler lacks is named as an ES module exports it", async () => {
    const stage = await Stage.begun({ "h.mjs": "export const x = 1;", "h.websocket": artefact("h", "h") });
    await stage.connect("h");
    expect(stage.warnings).toEqual([
      `handler "h" exports no onOpen, so that event is lost; add export function onOpen() …`,
    ]);
  });

  test("a handler named .js or .mjs is TypeScript, where the platform compiles it to that name", async () => {
    for (const handler of ["room.js", "room.mjs"]) {
      const typed = "export function onMessage(m: string): string { return m; }";
      const stage = await Stage.begun({ "room.ts": typed, "a.websocket": artefact(handler, "a") });
      const visitor = await stage.connect("a");
      await visitor.say("tea");
      expect(visitor.read()).toEqual(["tea"]);
    }
  });

  test("imports by name, as a whole, by default and from JSON, with and without an ending", async () => {
    const main = `import tea, { cups as count, grow } from "./lib/tea";
      import * as all from "/lib/tea.mjs";
      import menu, { sencha } from "./menu.json" with { type: "json" };
      import "./side";
      grow();
      console.log(tea, count, all.cups, Object.keys(all).sort().join(), menu.sencha, sencha)`;
    const files = {
      "main.mjs": main,
      "lib/tea.mjs": `export let cups = 1; export function grow() { cups += 1; } export default "tea";`,
      "menu.json": { sencha: 40 },
      "side.js": `console.log("side")`,
    };
    expect(await printed(files)).toEqual(["log side", "log tea 2 2 cups,default,grow 40 40"]);
  });

  test("exports other modules' exports again, and its own come first", async () => {
    const files = {
      "main.js": `import { a, b, c } from "./all"; import * as all from "./all"; console.log(a, b, c, all.one.a)`,
      "all.mjs": `export * from "./one"; export { b as c } from "./two"; export * as one from "./one"; export const b = 5;`,
      "one.mjs": `export const a = 1; export const b = 2;`,
      "two.mjs": `export const b = 3;`,
    };
    expect(await printed(files)).toEqual(["log 1 5 3 1"]);
  });

  test("requires CommonJS, is required by it, and imports it by name and whole", async () => {
    const files = {
      "main.js": `const { tea } = require("./es"); console.log(tea(), require("es").default)`,
      "es.mjs": `import cups, { one } from "./cjs"; import * as all from "./cjs"; import f from "./f";
        const own = require("./cjs");
        export const tea = () => [cups.one, one, all.one, own === cups, f(2)].join();
        export default "es";`,
      "cjs.js": "exports.one = 1;",
      "f.js": "module.exports = (x) => x * 2;",
    };
    expect(await printed(files)).toEqual(["log 1,1,1,true,4 es"]);
  });

  test("modules import each other in a circle, CommonJS among them", async () => {
    const files = {
      "main.mjs": `import { all } from "./a"; console.log(all())`,
      "a.mjs": `import { b } from "./b.mjs"; import { c } from "./c.js"; export const own = "a"; export const all = () => own + b() + c();`,
      "b.mjs": `import { own } from "./a.mjs"; export const b = () => "b" + own;`,
      "c.js": `const a = require("./a"); exports.c = () => "c" + a.own;`,
    };
    expect(await printed(files)).toEqual(["log abaca"]);
  });

  test("is evaluated once in an execution, and again in the next one", async () => {
    const stage = await Stage.begun({
      "main.mjs": `import { n } from "./n"; import "./other"; console.log(n())`,
      "other.mjs": `import { n } from "./n"; n();`,
      "n.mjs": `let i = 0; export const n = () => ++i;`,
    });
    await stage.module("main");
    await stage.module("main");
    expect(stage.lines).toEqual(["log 2", "log 2"]);
    expect(stage.compiled).toHaveLength(3);
  });

  test("imports at run time too", async () => {
    const main = `import("./tea").then(({ cups }) => console.log(cups));
      import("./nowhere").catch((error) => console.log(error.message.slice(0, 48)));
      setTimeout(() => {}, 0);`;
    const stage = await Stage.begun({ "main.mjs": `${main} export {}`, "tea.mjs": "export const cups = 3;" });
    const run = stage.module("main");
    await new Promise(setImmediate);
    stage.fire();
    await run;
    expect(stage.lines).toEqual(["log 3", `log dirigible/main.mjs imports "./nowhere": there is`]);
  });

  test("is strict, has no this, and may declare the names of globals", async () => {
    const main = `const print = console.log; { const console = 1; } const setTimeout = 5;
      print(this, setTimeout, (function () { return this; })(), typeof module, typeof __context.get); export {};`;
    expect(await printed({ "main.js": main })).toEqual(["log undefined 5 undefined object function"]);
  });

  test("knows its own file by import.meta", async () => {
    expect(
      await printed(
        { "a/main.mjs": `console.log(import.meta.url.split("/").slice(-3).join("/"))` },
        "a/main",
      ),
    ).toEqual(["log dirigible/a/main.mjs"]);
  });

  test("has types, enums and imports of types that nothing is left of", async () => {
    const main = `import type { Tea } from "./types"; import { Kind } from "./types"; import { Only } from "./types";
      enum Cup { Small, Large }
      const cups: Tea[] = [{ kind: Cup.Large } as Only];
      console.log(cups[0]!.kind, Kind.green satisfies string)`;
    const types = `export interface Tea { kind: number } export type Only = Tea; export const Kind = { green: "g" };`;
    expect(await printed({ "main.ts": main, "types.ts": types, "more.d.ts": "garbage" })).toEqual([
      "log 1 g",
    ]);
  });

  test("TypeScript without imports and exports is CommonJS", async () => {
    const files = {
      "main.ts": `const lib: any = require("./lib"); console.log(lib.tea())`,
      "lib.ts": "exports.tea = (): number => 3;",
    };
    expect(await printed(files)).toEqual(["log 3"]);
  });

  test("CommonJS with the words import and export in texts and comments stays as it is", async () => {
    const main = `// import x from "y"
      const text = \`
      export const x = 1;
      \`;
      console.log(text.trim(), this === exports);`;
    expect(await printed({ "main.js": main })).toEqual(["log export const x = 1; true"]);
  });

  test("Windows line ends and a byte order mark do no harm", async () => {
    const main = `\uFEFFimport { x } from "./x"\r\n\r\nconsole.log(x)\r\n`;
    expect(await printed({ "main.mjs": main, "x.mjs": "export const x = 2\r\n" })).toEqual(["log 2"]);
  });
});

describe("the errors of ES modules", () => {
  test("a missing module is named with the file that imports it, and what there is", async () => {
    const files = { "main.mjs": `import { x } from "./helpr"; x()`, "helper.mjs": "export const x = 1" };
    expect(await failure(files)).toBe(
      `dirigible/main.mjs:1 imports "./helpr": there is no dirigible/helpr.js, .mjs, .ts or .json; did you mean "helper"? (modules, nearest first: helper, main)`,
    );
    expect(await failure({ "main.mjs": `import { db } from "sdk/ent"` })).toMatch(
      /^dirigible\/main\.mjs:1 imports "sdk\/ent": .+; did you mean "sdk\/net"\? \(modules, nearest first: sdk\/net, .+, and \d+ more\)$/,
    );
  });

  test.each(["main.mjs", "main.ts"])("an import of %s that fails is named by its line", async (main) => {
    const before = `// tea\nimport { x } from "./x";\n/* a\nlong one */ const cups: number = 3;\n\n`;
    const of = (line: string) =>
      failure({
        [main]: (main.endsWith(".ts") ? before : before.replace(": number", "")) + line,
        "x.mjs": "export const x = 1",
      });
    expect(await of(`import { y } from "./y"; y(x, cups)`)).toMatch(
      `dirigible/${main}:6 imports "./y": there is no`,
    );
    expect(await of(`import {\n  Context,\n  Contxt } from "sdk/core"; Contxt(Context, x)`)).toMatch(
      `dirigible/${main}:6 imports "sdk/core", which does not export "Contxt"`,
    );
    expect(await of(`export * from "./z"`)).toMatch(`dirigible/${main}:6 imports "./z": there is no`);
  });

  test("a missing export is named with what there is", async () => {
    const of = (main: string) =>
      failure({ "main.mjs": main, "lib.mjs": "export const cup = 1;", "c.js": "exports.cup = 1" });
    expect(await of(`import { cups } from "./lib"; cups()`)).toBe(
      `dirigible/main.mjs:1 imports "./lib", which does not export "cups"; did you mean "cup"? it exports cup`,
    );
    expect(await of(`import { pot } from "./c"; pot()`)).toBe(
      `dirigible/main.mjs:1 imports "./c", which does not export "pot"; it exports cup`,
    );
    expect(await of(`import lib from "./lib"; lib()`)).toBe(
      `dirigible/main.mjs:1 imports "./lib", which has no default export; import what you need by name: cup`,
    );
    expect(await of(`import { websocket } from "sdk/net"; websocket()`)).toBe(
      `dirigible/main.mjs:1 imports "sdk/net", which does not export "websocket"; did you mean "websockets"? it exports websockets, Websockets`,
    );
  });

  test.each([
    ["mjs", "export const x = 1;\nexport const y = ;", /^dirigible\/main\.mjs:2:18: Unexpected ";"/],
    ["js", `import { x } from "./x";\n\nlet y = = 1;`, /^dirigible\/main\.js:3:9: Unexpected "="/],
    ["ts", "const x: number = ;", /^dirigible\/main\.ts:1:19: Unexpected ";"/],
    [
      "mjs",
      "const x = 1;\nawait x;",
      /^dirigible\/main\.mjs:2:1: a module of the registry cannot await at its top level/,
    ],
  ])("a syntax error in .%s is reported by file, line and column: %s", async (extension, text, message) => {
    expect(await failure({ [`main.${extension}`]: text })).toMatch(message);
  });

  test("a handler's mistake is reported when it is saved, and its previous version stays", async () => {
    const room = (text: string) => ({ "room.mjs": text, "room.websocket": artefact("room", "room") });
    const stage = await Stage.begun(
      room("export const onOpen = () => {}; export const onMessage = () => '1'"),
    );
    const visitor = await stage.connect("room");
    await stage.edit(room("export const onMessage = () => '2"));
    expect(stage.takeFaults()).toEqual([
      expect.stringMatching(
        /^dirigible\/room\.mjs:1:\d+: Unterminated string literal; the previous version keeps serving$/,
      ),
    ]);
    await visitor.say("?");
    await stage.edit(room("export const onMessage = () => '3'"));
    await visitor.say("?");
    expect([visitor.read(), stage.faultTexts]).toEqual([["1", "3"], []]);
  });
});
