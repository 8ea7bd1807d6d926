import { expect, test } from "vitest";
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
])("%s", (code, names) => {
  expect(free(code)).toEqual(names);
});
