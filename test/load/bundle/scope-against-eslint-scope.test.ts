import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "acorn";
import { analyze } from "eslint-scope";
import { describe, expect, test } from "vitest";
import { freeNames, readNames } from "../../../src/load/bundle/scope.ts";
import type { ModuleAst } from "../../../src/load/bundle/syntax.ts";

/** `eslint-scope` needs ranges, which `parseModule` leaves out. */
function parseModule(code: string): ModuleAst {
  return parse(code, { ecmaVersion: "latest", sourceType: "module", ranges: true });
}

/** Where a use of a name finds its declaration. */
type Place = "free" | "top" | "inner";

/** What is read of a module: its free names, and the place of each use, by its position in the code. */
interface Reading {
  readonly free: readonly string[];
  readonly places: ReadonlyMap<number, Place>;
}

function ownReading(program: ModuleAst): Reading {
  const names = readNames(program);
  const places = names.references.map(({ node, scope }): [number, Place] => {
    const declaring = scope.find(node.name);
    return [node.start, declaring === null ? "free" : declaring === names.top ? "top" : "inner"];
  });
  return { free: [...freeNames(names)].sort(), places: new Map(places) };
}

/** The types of `eslint-scope` ask for an ESTree of their own; acorn's positions are in its nodes at run time. */
function eslintReading(program: ModuleAst): Reading {
  const { scopes } = analyze(program as never, { ecmaVersion: 2022, sourceType: "module" });
  const places = new Map<number, Place>();
  const free = new Set<string>();
  for (const { identifier, resolved } of scopes.flatMap(({ references }) => references)) {
    const { start, name } = identifier as unknown as { readonly start: number; readonly name: string };
    if (resolved === null) free.add(name);
    places.set(start, resolved === null ? "free" : resolved.scope.type === "module" ? "top" : "inner");
  }
  return { free: [...free].sort(), places };
}

/** Each disagreement on a use that both have found. `eslint-scope` lists initialized declarations as uses, too. */
function disagreements(code: string, program: ModuleAst): string[] {
  const [own, theirs] = [ownReading(program).places, eslintReading(program).places];
  return [...theirs].flatMap(([at, place]) =>
    !own.has(at) || own.get(at) === place
      ? []
      : [`at ${at}, ${code.slice(at, at + 20)}: ${own.get(at)} instead of ${place}`],
  );
}

const hardCases = [
  "import {x} from 'm'; function f(a = x) { var x = 1; return [a, x]; }",
  "import {x} from 'm'; function f(a = () => x) { var x = 1; return [a, x]; }",
  "import {x} from 'm'; const f = (a = x) => { let x = 2; return x; };",
  "import {x} from 'm'; function f({ [x]: y } = {}) { var x; return y; }",
  "import * as ns from 'm'; ns.a; ns();",
  "import {x} from 'm'; class A { x = x; static x = x; [x]() { return x; } get x() { return x; } }",
  "import {A} from 'm'; const B = class A extends A { m() { return A; } }; A;",
  "import {x} from 'm'; try { x(); } catch (x) { x; var y = x; } x; y;",
  "import {x} from 'm'; try {} catch ({ message: x, y = x }) { x; y; } y;",
  "import {x} from 'm'; x: for (;;) { break x; }",
  "import {x} from 'm'; ({ x, y: x, [x]: 1, x() { return x; } });",
  "import {x} from 'm'; { function x() {} x(); } x();",
  "import {x} from 'm'; if (1) { var z = x; } z; typeof x; typeof undeclared;",
  "import {x} from 'm'; const f = function x() { return x; }; x;",
  "import {x} from 'm'; for (const x of [1]) x; for (let x = 0;;) { x; break; } x;",
  "import {x} from 'm'; switch (x) { case x: let x = 1; x; }",
  "import {x} from 'm'; class C { static { var x = 1; x; } static y = x; #x = x; has(o) { return #x in o; } }",
  "import {x} from 'm'; const { a = x, b: { c = x } = {}, ...r } = x; a; c; r;",
  "import {x} from 'm'; [a.x, a[x]] = x; var a;",
  "import {x} from 'm'; export { x as y }; export default x;",
  "export default function x() { return x; } x;",
  "import {x} from 'm'; label: { let x = 1; break label; } x`t${x}`; new x(x);",
  "import {x} from 'm'; async () => { for await (const x of x) x; }; x?.x?.[x];",
  "import {x} from 'm'; (function () { arguments; eval; return () => arguments; });",
  "import {x} from 'm'; function f(x, y = x) { return x + y; } function g(...x) { return x; }",
  "import {x} from 'm'; let y = () => z; let z = x; import.meta.x; import(x);",
  "import {x} from 'm'; function g(a = function() { return b; }) { var b; return b; } b;",
  "import {x} from 'm'; class K { static x = () => this; [Symbol.x] = x; async *x() { yield x; } }",
];

/** Modules of packages that are installed anyway. */
const packageFiles = [
  "acorn/dist/acorn.mjs",
  "chokidar/index.js",
  "croner/dist/croner.js",
  "prettier/doc.mjs",
  "rou3/dist/index.mjs",
  "ws/wrapper.mjs",
];

const root = resolve(import.meta.dirname, "../../..");
const corpus = [
  ...hardCases.map((code) => [code, code] as const),
  ...packageFiles.map((file) => [file, readFileSync(resolve(root, "node_modules", file), "utf8")] as const),
];

describe("readNames and eslint-scope", () => {
  test.each(corpus)("agree on the free names of %s", (_, code) => {
    const program = parseModule(code);
    expect(ownReading(program).free).toEqual(eslintReading(program).free);
  });

  test.each(corpus)("agree on the place of each name in %s", (_, code) => {
    expect(disagreements(code, parseModule(code))).toEqual([]);
  });
});

test("the comparison covers four in five uses that eslint-scope finds", () => {
  const readings = corpus
    .map(([, code]) => parseModule(code))
    .map((program) => ({
      own: ownReading(program).places,
      theirs: eslintReading(program).places,
    }));
  const shared = readings.flatMap(({ own, theirs }) => [...theirs.keys()].map((at) => own.has(at)));
  expect(shared.length).toBeGreaterThan(10_000);
  expect(shared.filter((isShared) => !isShared).length / shared.length).toBeLessThan(0.2);
});
