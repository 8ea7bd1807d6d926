import { describe, expect, test } from "vitest";
import { freeNames, readNames } from "../../../src/load/bundle/scope.ts";
import { parseModule } from "../../../src/load/bundle/syntax.ts";

const free = (code: string) => [...freeNames(readNames(parseModule(code)))].sort();

test.each([
  ["{ let a; a; } a;", ["a"]],
  ["{ var a; } a;", []],
  ["function f() { { var a; } a; } f();", []],
  ["function f() { var a; } a; f();", ["a"]],
  ["{ function f() {} } f();", ["f"]],
  ["use(a); var a; use(b); let b;", ["use"]],
  ["try {} catch (e) { e; } e;", ["e"]],
  ["try {} catch { e; }", ["e"]],
  ["for (let i = 0; i < n; i++) i; i;", ["i", "n"]],
  ["for (const [k, v] of all) k + v; k;", ["all", "k"]],
  ["for (x of all);", ["all", "x"]],
  ["switch (s) { case c: let a; a; } a;", ["a", "c", "s"]],
  ["const f = function g(a, { b, c: [d], ...e }, ...h) { g; a; b; d; e; h; arguments; }; g;", ["g"]],
  ["const f = () => arguments;", ["arguments"]],
  ["const f = (a = b, { [c]: d = e } = {}) => d;", ["b", "c", "e"]],
  [
    "class A extends B { [k] = v; static { var s; s; } m() { A; s; } #p = q; has() { return #p in this; } }",
    ["B", "k", "q", "s", "v"],
  ],
  ["const C = class D { m() { D; } }; D;", ["D"]],
  ["o.p; o[q]; ({ p: 1, [r]: s, t, u() {} });", ["o", "q", "r", "s", "t"]],
  ["[a, b.c, { d: e = f }] = g;", ["a", "b", "e", "f", "g"]],
  ["loop: for (;;) { continue loop; break loop; }", []],
  ["import a, { b as c } from 'm'; a; b; c;", ["b"]],
  ["export { a as b }; const a = 1; export default d;", ["d"]],
  ["export { x } from 'm'; export * as y from 'm';", []],
  ["`${a}`; t`x`; typeof u; new N(); await w; import(m); import.meta;", ["N", "a", "m", "t", "u", "w"]],
])("the free names of %s", (code, names) => {
  expect(free(code)).toEqual(names);
});

const inner = (code: string) => {
  const { top, references } = readNames(parseModule(code));
  return references
    .filter(({ node }) => node.name === "x")
    .map(({ node, scope }) => {
      const found = scope.find(node.name);
      return found === null ? "free" : found === top ? "top" : "inner";
    });
};

describe("each use of x finds the declaration that the language gives it", () => {
  test.each([
    ["import { x } from 'm'; function f(a = x) { var x = 1; return x; }", ["top", "inner"]],
    ["import { x } from 'm'; function f(a = () => x) { var x; return x; }", ["top", "inner"]],
    ["import { x } from 'm'; const f = (a = x) => { let x = 2; return x; };", ["top", "inner"]],
    ["import { x } from 'm'; function f({ [x]: y } = {}) { var x; }", ["top"]],
    ["import { x } from 'm'; function f(x, y = x) { return x; }", ["inner", "inner"]],
    ["function g(a = function () { return x; }) { var x; return x; }", ["free", "inner"]],
    ["import { x } from 'm'; switch (x) { case x: let x = 1; x; }", ["top", "inner", "inner"]],
    ["import { x } from 'm'; try { x(); } catch (x) { x; } x;", ["top", "inner", "top"]],
    ["import { x } from 'm'; class A { x = x; static x = x; [x]() { return x; } }", Array(4).fill("top")],
    ["import { x } from 'm'; class C { static { var x = 1; x; } static y = x; }", ["inner", "top"]],
    ["const B = class x extends x { m() { return x; } }; x;", ["inner", "inner", "free"]],
    ["import { x } from 'm'; { function x() {} x(); } x();", ["inner", "top"]],
    ["import { x } from 'm'; const f = function x() { return x; }; x;", ["inner", "top"]],
    ["import { x } from 'm'; x: for (;;) { break x; } typeof x;", ["top"]],
    ["import { x } from 'm'; for (const x of x) x; for (let x = 0; ; ) x;", ["inner", "inner", "inner"]],
    ["import { x } from 'm'; const { a = x, b: { c = x } = {} } = x;", ["top", "top", "top"]],
    ["import { x } from 'm'; o.x; o?.[x]; x`t${x}`; ({ x, x: 1, [x]: 2 });", Array(5).fill("top")],
    ["let y = () => x; let x = 1;", ["top"]],
  ])("%s", (code, places) => {
    expect(inner(code)).toEqual(places);
  });
});
