import { TraceMap } from "@jridgewell/trace-mapping";
import { describe, expect, test } from "vitest";
import { mapStack } from "../../../src/host/script/source-map.ts";
import { TempApp } from "../../load/temp-app.ts";

const noMap = () => undefined;

async function fault(files: Record<string, string>, call = "run") {
  const { instance, mapped } = await new TempApp(files).load("ws/a.ts");
  try {
    await (await instance())[call]?.();
  } catch (error) {
    return mapped(error);
  }
  throw new Error("nothing was thrown");
}

describe("a fault has the script's own file, line and column", () => {
  test("in a function", async () => {
    const source = [
      "interface Point { x: number }",
      "",
      "type Points = Point[];",
      "export function run(): void {",
      "  const points: Points = [];",
      "  points[3]!.x;",
      "}",
    ];
    const { at, message, stack } = await fault({ "ws/a.ts": source.join("\n") });
    expect(at).toBe("ws/a.ts:6:14");
    expect(message).toMatch(/^TypeError: Cannot read properties of undefined/);
    expect(stack.split("\n")[1]).toBe("    at run (ws/a.ts:6:14)");
  });

  test("on the line of an import, and behind names that were rewritten", async () => {
    const source = [
      `import { join } from "node:path"; import { value, fail } from "../shared/lib.ts"; export const run = () => {`,
      `  const text = join("a", "b") + value + join("c", value); throw new Error(text);`,
      `};`,
      `export const deeper = () => { value; value; value; fail(); };`,
    ];
    const files = {
      "ws/a.ts": source.join("\n"),
      "shared/lib.ts": `import { sep } from "node:path"; export const value: string = sep;\nexport function fail() { sep; throw new Error("here"); }`,
    };
    expect((await fault(files)).at).toBe(`ws/a.ts:2:${source[1]!.indexOf("new Error") + 1}`);
    const deeper = await fault(files, "deeper");
    expect(deeper.at).toBe("shared/lib.ts:2:37");
    expect(deeper.stack).toContain(`(ws/a.ts:4:${source[3]!.indexOf("fail()") + 1})`);
  });

  test("at the top level, in an imported file, after an await, behind CRLF", async () => {
    const top = new TempApp({ "ws/a.ts": "\r\nconst a = 1;\r\n  throw new Error(`top ${a}`);\r\n" });
    const { instance, mapped } = await top.load("ws/a.ts");
    const thrown = await instance().catch((error: unknown) => mapped(error));
    expect(thrown).toMatchObject({ at: "ws/a.ts:3:9", message: "Error: top 1" });
    const files = {
      "ws/a.ts": `import { deep } from "../lib/[b].ts";\nexport async function run() {\n  await null;\n  deep();\n}`,
      "lib/[b].ts": `import { sep } from "node:path";\nexport function deep(): never {\n  throw new RangeError(sep);\n}`,
    };
    const { at, stack } = await fault(files);
    expect(at).toBe("lib/[b].ts:3:9");
    expect(stack).toContain("at async run (ws/a.ts:4:3)".replace("async run", "run"));
  });

  test("in the place of a dynamic import", async () => {
    const files = {
      "ws/a.ts": `export const run = () => import("./b.ts");`,
      "ws/b.ts": `\nthrow new Error("b");`,
    };
    expect((await fault(files)).at).toBe("ws/b.ts:2:7");
  });

  test("a fault of an unknown script is reported without a place", () => {
    const { at, message } = mapStack(new Error("far"), noMap);
    expect({ at, message }).toEqual({ at: null, message: "Error: far" });
  });
});

describe("a printed stack", () => {
  test("shows no frame of Parlor and none of Node, but those of packages", async () => {
    const app = new TempApp({
      "node_modules/pkg/index.js": "exports.call = (action) => action();",
      "ws/a.ts": `import { call } from "pkg";\nexport const run = () => call(() => { throw new Error("x"); });`,
    });
    const { instance, mapped } = await app.load("ws/a.ts");
    const { run } = await instance();
    const { stack } = mapped(await new Promise((resolve) => setImmediate(() => resolve(caught(run!)))));
    expect(stack).toContain("node_modules/pkg/index.js:1:");
    expect(stack).toContain("ws/a.ts:2:45");
    expect(stack).not.toMatch(/node:internal|\/src\/host\/|\/dist\//);
  });

  test("leaves out Parlor's own files", () => {
    const own = new URL("../../../src/server/serve.ts", import.meta.url);
    const built = new URL("../../../dist/server/serve.js", import.meta.url);
    const error = new Error("x");
    error.stack = `Error: x\n    at a (${own.href}:1:1)\n    at b (${built.pathname}:1:1)\n    at c (/app/x.js:1:1)`;
    expect(mapStack(error, noMap).stack).toBe("Error: x\n    at c (/app/x.js:1:1)");
  });

  test("is bounded", () => {
    const error = new Error("y".repeat(1_000_000));
    error.stack = `Error: ${error.message}\n${"    at f (/app/x.js:1:1)\n".repeat(100_000)}`;
    const { stack, message } = mapStack(error, noMap);
    expect(stack.length).toBeLessThan(9_000);
    expect(message.length).toBeLessThan(2_100);
    expect(stack.match(/at f/g)).toHaveLength(30);
  });

  test("is not misled by a message that looks like frames", () => {
    const error = new Error("bad\n    at evil (/app/fake.ts:1:1)");
    const fake = new TraceMap({ version: 3, sources: ["ws/fake.ts"], names: [], mappings: [[[0, 0, 0, 0]]] });
    expect(mapStack(error, (name) => (name === "/app/fake.ts" ? fake : undefined)).at).toBeNull();
  });

  test("includes the cause, and ends at a circle of causes", () => {
    const error = new Error("outer", { cause: new TypeError("inner") });
    expect(mapStack(error, noMap).stack).toMatch(/^Error: outer[^]*\nCaused by: TypeError: inner/);
    const circle = new Error("circle");
    circle.cause = circle;
    expect(mapStack(circle, noMap).stack.match(/circle/g)).toHaveLength(4);
  });
});

describe("whatever is thrown", () => {
  const silent = new Error("x");
  Object.defineProperty(silent, "stack", {
    get: () => {
      throw new Error("from the getter");
    },
  });
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;

  test.each([
    ["x", "x (thrown, not an Error)"],
    [null, "null (thrown, not an Error)"],
    [undefined, "undefined (thrown, not an Error)"],
    [0, "0 (thrown, not an Error)"],
    [10n, "10 (thrown, not an Error)"],
    [Symbol("s"), "Symbol(s) (thrown, not an Error)"],
    [{ code: 4 }, `{"code":4} (thrown, not an Error)`],
    [circular, "object (thrown, not an Error)"],
    [() => 1, "a function (thrown, not an Error)"],
    [silent, "Error: x"],
    [Object.freeze(new RangeError("frozen")), "RangeError: frozen"],
    [{ name: "E", message: "plain", stack: "E: plain" }, "E: plain"],
    [{ name: 5, message: "plain", stack: 5 }, "Error: plain"],
    [Object.assign(new Error(""), { stack: "" }), "Error"],
  ])("%#: has a message", (thrown, message) => {
    expect(mapStack(thrown, noMap)).toMatchObject({ at: null, message });
  });
});

test("even a proxy that has been revoked has a message", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(mapStack(proxy, noMap).message).toBe("object (thrown, not an Error)");
});

test("a frame on line 0, and a map that is none, do no harm", () => {
  const error = new Error("x");
  error.stack = "Error: x\n    at a (/a.ts:0:0)\n    at b (/a.ts:1:1)";
  expect(mapStack(error, () => "no map")).toMatchObject({ at: null, message: "Error: x" });
});

test("a map may be given parsed, so that many faults cost one parsing", () => {
  const map = new TraceMap({ version: 3, sources: ["ws/a.ts"], names: [], mappings: [[[0, 0, 6, 2]]] });
  const error = new Error("x");
  error.stack = "Error: x\n    at Object.onOpen (/a.ts?v=1:1:9)";
  expect(mapStack(error, () => map).stack).toBe("Error: x\n    at onOpen (ws/a.ts:7:3)");
});

function caught(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
