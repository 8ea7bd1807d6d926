import { describe, expect, test } from "vitest";
import { likelyMistakes } from "../../src/load/likely-mistakes.ts";
import type { AppProblem } from "../../src/load/files/app-problem.ts";
import type { ScriptFile } from "../../src/load/files/script-file.ts";
import { TempApp } from "./temp-app.ts";

const found = (source: string, name = "ws/a.ts") => {
  const app = new TempApp({ [name]: source });
  return foundIn(app.script(name));
};

async function foundIn(script: ScriptFile): Promise<AppProblem | null> {
  const all = await likelyMistakes(script);
  return all.find(({ code }) => code === "PARLOR_SHARED_STATE") ?? null;
}

describe("state at the top level that a handler changes", () => {
  test.each([
    "let x = 0; export function onOpen() { x++; }",
    "let x; export const onOpen = (s) => { x = s; };",
    "var x = 1; export function onOpen() { [x] = [2]; }",
    "let x = 1; export function onOpen() { ({ a: x } = { a: 1 }); }",
    "let x = 1; export function onOpen() { for (x of [1]); }",
    "const x = new Map<string, number>(); export function onOpen() { x.set('a', 1); }",
    "const x = new Set(); function add() { x.add(1); } export function onOpen() { add(); }",
    "const x: string[] = []; export function onMessage() { x.push('a'); }",
    "const x = {}; export function onMessage(s) { x[s.id] = 1; }",
    "const x = { a: { b: 1 } }; export function onMessage() { x.a.b += 1; }",
    "const x = { list: [] }; export function onMessage() { x.list.push(1); }",
    "const x = {}; export function onMessage(s) { delete x[s.id]; }",
    "const x = Object.create(null); export function onMessage(s) { x.a = 1; }",
    "const x = Array.from([1]); export function onMessage(s) { setTimeout(() => x.splice(0), 1); }",
    "export const x = new Map(); export class A { m() { x.clear(); } }",
    "let x = 0; const scope = 'route'; export function onOpen() { x++; }",
  ])("%s", async (source) => {
    const problem = await found(`\n  ${source}`);
    expect(problem).toMatchObject({ file: "ws/a.ts", line: 2, code: "PARLOR_SHARED_STATE" });
    expect(problem?.message).toMatch(/^x is changed by a handler, .*export const scope = "route"/);
    expect(problem?.message).not.toContain("\n");
  });

  test("the warning has the line and column of the declaration, with types or without", async () => {
    const source =
      "interface A {\n  a: number;\n}\n\nconst users: Map<string, A> = new Map();\nexport function onOpen(s: any) {\n  users.set(s.id, { a: 1 });\n}\n";
    expect(await found(source)).toMatchObject({ line: 5, column: 7 });
  });

  test("only the first change has a warning", async () => {
    const source = "const a = []; let b = 0;\nexport function onOpen() { b++; a.push(1); }";
    expect((await found(source))?.message).toMatch(/^a is changed/);
  });
});

describe("no warning", () => {
  test.each([
    [
      "of what nobody changes",
      "const x = new Map([[1, 2]]); let y = 1; export function onOpen() { return x.get(y); }",
    ],
    [
      "of what only the top level changes",
      "const x = []; x.push(1); let y = 0; y++; export function onOpen() {}",
    ],
    ["of a handler's own variables", "export function onOpen() { let x = 0; x++; const y = []; y.push(1); }"],
    ["of an inner variable of the same name", "let x = 0; export function onOpen() { let x = 1; x++; }"],
    ["of a parameter of the same name", "const x = []; export function onOpen(x) { x.push(1); }"],
    ["of a changed copy", "const x = [1]; export function onOpen() { const y = [...x]; y.push(x.length); }"],
    [
      "of what is read while it is the key",
      "const x = { a: 1 }, k = 'a'; export function onOpen(s) { s[x.a] = 1; }",
    ],
    [
      "when the script asks for one state per route",
      "let x = 0; export const scope = 'route'; export function onOpen() { x++; }",
    ],
    [
      "when it says that it means it",
      "let x = 0; const scope = 'connection'; export { scope }; export function onOpen() { x++; }",
    ],
    ["of a real-time script", "let x = 0; export const tickRate = 20; export function onTick() { x++; }"],
    ["of a script that does not parse", "let x = ; export function onOpen() { x++; }"],
  ])("%s", async (_, source) => {
    expect(await found(source)).toBeNull();
  });

  test("a script that is not evaluated for each connection has no warning", async () => {
    const app = new TempApp({ "http/a.ts": "let x = 0; export function GET() { x++; }" });
    expect(await foundIn({ ...app.script("http/a.ts"), kind: "http" })).toBeNull();
  });

  test("imported state, which lies in another file, has no warning", async () => {
    const app = new TempApp({
      "ws/a.ts": `import { x } from "../shared/x.ts"; export function onOpen() { x.push(1); }`,
    });
    expect(await foundIn(app.script("ws/a.ts"))).toBeNull();
  });
});
