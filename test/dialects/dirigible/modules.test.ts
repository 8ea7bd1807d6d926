import { describe, expect, test } from "vitest";
import { Stage, artefact, type Files } from "./stage.ts";

/** What a module prints when it is run in a registry of these files. */
async function printed(files: Files, module = "main.js"): Promise<string[]> {
  const stage = await Stage.begun(files);
  await stage.module(module);
  expect(stage.faultTexts).toEqual([]);
  return stage.lines;
}

/** How running `main.js` fails. */
async function failure(files: Files, module = "main.js"): Promise<string> {
  const stage = await Stage.begun(files);
  await stage.module(module);
  expect(stage.faultTexts).toHaveLength(1);
  return stage.faultTexts[0]!;
}

describe("require", () => {
  test("takes ids from the registry's root, with and without .js and a slash before", async () => {
    const lib = { "shop/prices.js": "exports.tea = 3;" };
    const ids = ["shop/prices", "shop/prices.js", "/shop/prices", "/shop/prices.js"];
    for (const id of ids) {
      const main = `console.log(require("${id}").tea)`;
      expect(await printed({ ...lib, "deep/down/main.js": main }, "deep/down/main")).toEqual(["log 3"]);
    }
  });

  test("takes ids relative to the file that asks", async () => {
    const files = {
      "a/main.js": `console.log(require("./near").name, require("../b/far.js").name)`,
      "a/near.js": `exports.name = "near"`,
      "b/far.js": `exports.name = "far:" + require("../a/near").name`,
    };
    expect(await printed(files, "a/main.js")).toEqual(["log near far:near"]);
  });

  test("reads JSON, with or without its ending", async () => {
    const files = {
      "main.js": `console.log(require("menu.json").tea, require("menu") === require("./menu.json"))`,
      "menu.json": { tea: 3 },
    };
    expect(await printed(files)).toEqual(["log 3 true"]);
  });

  test("prefers a module to JSON of the same name", async () => {
    const files = { "main.js": `console.log(require("a"))`, "a.json": "1", "a.js": "module.exports = 2" };
    expect(await printed(files)).toEqual(["log 2"]);
  });

  test("gives the same exports twice, whatever module.exports has become", async () => {
    const files = {
      "main.js": `const f = require("f"); console.log(f(2), require("/f.js") === f)`,
      "f.js": "module.exports = (x) => x * 21;",
    };
    expect(await printed(files)).toEqual(["log 42 true"]);
  });

  test("lets modules ask in a circle", async () => {
    const files = {
      "main.js": `console.log(require("a").all().join())`,
      "a.js": `exports.own = "a"; const b = require("b"); exports.all = () => [exports.own, b.own, b.seen];`,
      "b.js": `exports.own = "b"; exports.seen = Object.keys(require("a")).join();`,
    };
    expect(await printed(files)).toEqual(["log a,b,own"]);
  });

  test("runs modules with exports as this, and lets them declare what they are handed", async () => {
    const main = `"use strict"; const console_ = console; { const console = 1; }
      const setTimeout = 5; this.x = 1; console_.log(exports.x, setTimeout, typeof module, arguments.length)`;
    expect(await printed({ "main.js": main })).toEqual(["log 1 5 object 0"]);
  });

  test("does not mind a comment at the end, or a return at the top", async () => {
    expect(await printed({ "main.js": "console.log(1);\nreturn;\nconsole.log(2) // end" })).toEqual([
      "log 1",
    ]);
  });

  test("names the file that asks, and what there might have been", async () => {
    expect(await failure({ "a/main.js": `require("./helpr")`, "a/helper.js": "" }, "a/main")).toBe(
      `dirigible/a/main.js requires "./helpr": there is no dirigible/a/helpr.js, .mjs, .ts or .json; did you mean "a/helper"? (modules, nearest first: a/helper, a/main)`,
    );
  });

  test("names the file in the middle of a chain, not the one at its head", async () => {
    const files = { "main.js": `require("middle")`, "middle.js": `require("nowhere-at-all")` };
    expect(await failure(files)).toMatch(/^dirigible\/middle\.js requires "nowhere-at-all": there is no /);
  });

  test("suggests the published module that was meant, and lists the others, nearest first", async () => {
    expect(await failure({ "main.js": `require("net/v4/websocket")` })).toMatch(
      /^dirigible\/main\.js requires "net\/v4\/websocket": there is no .+; did you mean "net\/v4\/websockets"\? \(modules, nearest first: net\/v4\/websockets, net\/websocket, net\/websockets, .+, and \d+ more\)$/,
    );
  });

  test("does not leave the registry", async () => {
    for (const id of ["../../etc/passwd", "./../../main", "/../main"]) {
      expect(await failure({ "main.js": `require(${JSON.stringify(id)})` })).toBe(
        `dirigible/main.js requires "${id}": the path lies outside of the registry`,
      );
    }
  });

  test.each([
    ["5", "got number"],
    ["", "got undefined"],
    [`""`, `got ""`],
  ])("refuses %s", async (arg, what) => {
    expect(await failure({ "main.js": `require(${arg})` })).toBe(
      `dirigible/main.js: require takes a module's path, ${what}`,
    );
  });

  test("broken JSON is reported by its file", async () => {
    const files = { "main.js": `require("menu")`, "menu.json": "{ tea: 3 }" };
    expect(await failure(files)).toMatch(/^dirigible\/menu\.json: /);
  });

  test("a syntax error is reported by file and line", async () => {
    const files = { "main.js": `require("a")`, "a.js": "var x = 1;\nvar y = ;\n" };
    expect(await failure(files)).toBe("dirigible/a.js:2: Unexpected token ';'");
  });

  test("evaluates a module again that threw at first", async () => {
    const files = {
      "main.js": `for (let i = 0; i < 2; i++) try { console.log(require("a")) } catch (e) { console.log(e.message) }`,
      "a.js": `const g = require("core/globals"); g.set("n", (g.get("n") || 0) + 1);
        if (g.get("n") === 1) throw new Error("not yet"); module.exports = "now";`,
    };
    expect(await printed(files)).toEqual(["log not yet", "log now"]);
  });
});

describe("published modules", () => {
  test.each([
    ["net/v4/websockets", "net/websockets"],
    ["core/v4/globals", "core/globals"],
    ["core/v4/context", "core/context"],
    ["net/websocket", "service/websocket"],
  ])("%s is %s", async (id, alias) => {
    const main = `console.log(require("${id}") === require("${alias}"), require("/${id}.js") === require("${id}"))`;
    expect(await printed({ "main.js": main })).toEqual(["log true true"]);
  });

  test("have exactly the published functions", async () => {
    const of = async (id: string) => {
      const main = `const m = require("${id}"); console.log(Object.keys(m).sort().join(" "), Object.values(m).every((f) => typeof f === "function"))`;
      return (await printed({ "main.js": main }))[0];
    };
    expect(await of("net/v4/websockets")).toBe(
      "log createWebsocket getClient getClientByHandler getClients getError getMessage getMethod isOnClose isOnError isOnMessage isOnOpen true",
    );
    expect(await of("core/v4/globals")).toBe("log get list set true");
    expect(await of("core/v4/context")).toBe("log get set true");
    expect(await of("net/websocket")).toBe("log getOpenSessions getSession true");
  });

  test("response prints to the log, and does no harm", async () => {
    const main = `const response = require("http/v4/response");
      response.println("done"); response.print(5); response.write("w"); response.flush(); response.close();`;
    expect(await printed({ "main.js": main })).toEqual(["log done", "log 5", "log w"]);
  });

  test("a module may change what it was given: no other execution sees it", async () => {
    const stage = await Stage.begun({
      "spoil.js": `require("core/globals").get = null;`,
      "main.js": `console.log(require("core/globals").get("x"))`,
    });
    await stage.module("spoil");
    await stage.module("main");
    expect(stage.lines).toEqual(["log null"]);
  });
});

describe("core/globals and core/context", () => {
  test("globals last, context does not; what is missing is null", async () => {
    const stage = await Stage.begun({
      "set.js": `require("core/v4/globals").set("x", { n: 1 }); require("core/v4/context").set("x", 1);
        console.log(require("core/v4/context").get("x"), __context.get("x"))`,
      "get.js": `console.log(require("core/globals").get("x").n, require("core/globals").get("y"), require("core/context").get("x"))`,
    });
    await stage.module("set");
    await stage.module("get");
    expect(stage.lines).toEqual(["log 1 1", "log 1 null null"]);
    await stage.edit({
      "same.js": `console.log(require("core/globals").get("y") === null, require("core/context").get("x") === null, __context.get("x") === null)`,
    });
    await stage.module("same");
    expect(stage.lines[2]).toBe("log true true true");
  });

  test("globals keep the very object, and list copies", async () => {
    const main = `const g = require("core/v4/globals"); const o = {}; g.set("o", o); g.set("__proto__", 5);
      const l = g.list(); l.p = 1; console.log(g.get("o") === o, Object.keys(l).join(), g.get("p") === null, g.get("__proto__"))`;
    expect(await printed({ "main.js": main })).toEqual(["log true o,__proto__,p true 5"]);
  });

  test("take names that are strings", async () => {
    expect(await failure({ "main.js": `require("core/globals").set(1, 2)` })).toBe(
      "globals.set takes a string as name, got a number",
    );
    expect(await failure({ "main.js": `require("core/context").get()` })).toBe(
      "context.get takes a string as name, got undefined",
    );
  });

  test("__context can be written by both of its names", async () => {
    const main = `__context.put("a", 1); __context.set("b", 2); console.log(require("core/context").get("a"), __context.get("b"))`;
    expect(await printed({ "main.js": main })).toEqual(["log 1 2"]);
  });
});

describe("files", () => {
  test("are compiled once per version and evaluated for each event", async () => {
    const files = (tea: number) => ({
      "main.js": `let n = 0; console.log(++n, require("lib").tea)`,
      "lib.js": `exports.tea = ${tea}`,
    });
    const stage = await Stage.begun(files(3));
    await stage.module("main");
    await stage.module("main");
    expect(stage.takeLines()).toEqual(["log 1 3", "log 1 3"]);
    expect(stage.compiled).toEqual(["dirigible/main.js", "dirigible/lib.js"]);
    await stage.edit(files(4));
    await stage.module("main");
    expect(stage.lines).toEqual(["log 1 4"]);
    expect(stage.compiled).toEqual(["dirigible/main.js", "dirigible/lib.js", "dirigible/lib.js"]);
  });

  test("modules that no longer compile are reported, and their previous version stays until they do", async () => {
    const stage = await Stage.begun({ "main.js": "console.log(1)" });
    await stage.module("main");
    await stage.edit({ "main.js": "console.log(2" });
    expect(stage.takeFaults()).toEqual([
      "dirigible/main.js:1: missing ) after argument list; the previous version keeps serving",
    ]);
    await stage.edit({ "main.js": "console.log(2", "other.js": "" });
    expect(stage.takeFaults()).toEqual([]);
    await stage.module("main");
    await stage.edit({ "main.js": "console.log(3)" });
    await stage.module("main");
    expect(stage.lines).toEqual(["log 1", "log 1", "log 3"]);
  });

  test("modules that were removed cannot be required", async () => {
    const stage = await Stage.begun({ "main.js": "console.log(1)" });
    await stage.module("main");
    await stage.edit({});
    await stage.module("main");
    expect(stage.lines).toEqual(["log 1"]);
    expect(stage.faultTexts).toEqual([
      `the module "main" cannot be run: there is no dirigible/main.js, .mjs, .ts or .json; the registry has no modules`,
    ]);
  });

  test("a handler's mistake is reported before a client connects", async () => {
    const stage = await Stage.begun({ "a.websocket": artefact("a", "a"), "a.js": "exports. = 1" });
    expect(stage.faultTexts).toEqual(["dirigible/a.js:1: Unexpected token '='"]);
  });
});

describe("run", () => {
  test("needs a module's path", async () => {
    const stage = await Stage.begun({});
    await stage.module();
    expect(stage.faultTexts).toEqual([
      "no module is named; give its path in dirigible/, such as chat/start.js",
    ]);
  });

  test("a run waits for the module's timers, and reports the module's errors", async () => {
    const stage = await Stage.begun({
      "main.js": `setTimeout(() => console.log("later"), 5); console.log("now")`,
      "bad.js": `throw new Error("no")`,
    });
    let isDone = false;
    const run = stage.module("/main.js").then(() => (isDone = true));
    await new Promise(setImmediate);
    expect([isDone, stage.takeLines()]).toEqual([false, ["log now"]]);
    stage.fire();
    await run;
    expect(stage.lines).toEqual(["log later"]);
    await stage.module("bad");
    expect(stage.faultTexts).toEqual(["no"]);
  });
});
