// Rules of Ring that the recordings do not show.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderOf } from "../../../support/running-app.ts";
import { outputOf } from "./run-ring.ts";

/** What a program writes, in lines. */
async function linesOf(...source: readonly string[]): Promise<string[]> {
  const dir = folderOf({ "a.ring": source.join("\n") });
  return (await outputOf(join(dir, "a.ring"))).split("\n");
}

describe("variables", () => {
  it("a loop in a function has a local variable, though a global has the name", async () => {
    const lines = await linesOf(
      "i = 100 x = 200",
      "f()",
      "? i ? x",
      "func f",
      "for i = 1 to 2 next",
      "for x in [1] next",
    );
    expect(lines).toEqual(["100", "200", ""]);
  });

  it("after a loop `for in` its variable is empty, after `exit` a copy of the item", async () => {
    const lines = await linesOf(
      "a = [[1], [2], 3]",
      'for x in a next ? "<" + x + ">"',
      "f()",
      "for x in a exit next",
      "x[1] = 7 ? x[1] + a[1][1]",
      "func f",
      'for y in [] next ? "<" + y + ">"',
      'for y in "ab" if y = "b" exit ok next ? y',
    );
    expect(lines).toEqual(["<>", "<>", "b", "8", ""]);
  });

  it("words with which no statement starts may be names", async () => {
    expect(await linesOf("step = 2 ? step + 1", "to = 5", "to += 1 ? to")).toEqual(["3", "6", ""]);
  });

  it("conditions and parentheses go on in the next line", async () => {
    const lines = await linesOf(
      "a = 3 b = 5",
      "if (     a = 3",
      "     AND b = 5",
      "     && a != b )",
      "",
      '  ? "yes"',
      "ok",
      "c = (a = 1",
      "  or b = 5)",
      "? c",
      "a ^^= 2 ? a",
      "a **= 2 ? a",
    );
    expect(lines).toEqual(["yes", "1", "9", "81", ""]);
  });

  it("islocal and locals see those of their function", async () => {
    const lines = await linesOf(
      "f(1)",
      "func f a",
      "b = 2",
      "for n in locals() ? n next",
      '? isLocal("B") ? isLocal("c") ? isLocal("constructor")',
      "g(2)",
      'func g __proto__ ? isLocal("__proto__")',
    );
    expect(lines).toEqual(["a", "b", "1", "0", "0", "1", ""]);
  });
});

describe("loops", () => {
  it("look at their list again in each round", async () => {
    const lines = await linesOf(
      "a = [1, 2, 3, 4]",
      "for x in a ? x del(a, 1) next",
      'for x in a ? x a = "" next ? "end"',
      'f("ab")',
      "func f c",
      "for x in c ? x if x = 'a' c = [7, 8] ok next",
      "for c in [1] ? c next ? isNull(c)",
    );
    expect(lines).toEqual(["1", "3", "3", "end", "a", "8", "1", "1", ""]);
  });

  it("do not begin with a step of 0, and count up through a list only", async () => {
    const lines = await linesOf(
      "for i = 1 to 3 step 0 ? i next",
      "for i in 1:3 step 0 ? i next",
      "for i in 1:3 step -1 ? i next",
      "for i in 1:5 step 2 ? i next",
      "for i in 1:2 step 0.5 ? i next",
    );
    expect(lines).toEqual(["1", "3", "5", "1", "1", "2", ""]);
  });
});

describe("parameters", () => {
  it("a list or an object in one is the caller's", async () => {
    const lines = await linesOf(
      "a = [1] o = new P",
      "f(a, o)",
      "? len(a) ? o.n",
      "func f l, q",
      "l = [1, 2, 3]",
      "q = new P { n = 5 }",
      "class P n = 1",
    );
    expect(lines).toEqual(["3", "5", ""]);
  });
});

describe("expressions", () => {
  it.each([
    ["? 5 + nl", ["5", "", ""]],
    ["? 2 ^^ 3", ["8", ""]],
    ["? 10 - +3", ["7", ""]],
    ["? not 0 and not 0", ["1", ""]],
    ["? 1 = 1 and 2 = 2 or 0", ["1", ""]],
    ["? [1] = [1]", ["0", ""]],
    ["a = [1] ? a = a ? a != a ? a = 1 ? a != 1", ["1", "0", "0", "1", ""]],
    ["? 1 + 2 * 3 % 2 - 4 / 2", ["-1", ""]],
    ["? :end + :123", ["end123", ""]],
    ["? len([1, 2,\n 3,\n])", ["3", ""]],
    ["x = 5 x++ y = x++ ? x + y", ["14", ""]],
    ["? ~5 + 1", ["-5", ""]],
    ["? 0xFF + 0x0f", ["270", ""]],
  ])("%j", async (source, lines) => {
    expect(await linesOf(source)).toEqual(lines);
  });
});

describe("lists", () => {
  it("are copied by assignment from a parameter, an attribute and an item, and not from a call", async () => {
    const lines = await linesOf(
      "g = [1, [2]]",
      "f(g) ? g[1] ? g[2][1]",
      "x = given() x[1] = 5 ? given()[1]",
      "o = new O y = o.l y[1] = 9 ? o.l[1]",
      "func f p",
      "q = p q[1] = 7 r = p[2] r[1] = 8",
      "func given return [3]",
      "class O l = [4]",
    );
    expect(lines).toEqual(["1", "2", "3", "4", ""]);
  });

  it("have texts whose characters can be set where they are", async () => {
    const lines = await linesOf(
      'a = ["abc", ["def"]] h = [:k = "xyz"] o = new O',
      'a[1][1] = "A" a[2][1][3] = "F" h[:k][2] = "Y" o.t[1] = "Q"',
      "? a[1] + a[2][1] + h[:k] + o.t",
      'class O t = "rst"',
    );
    expect(lines).toEqual(["AbcdeFxYzQst", ""]);
  });

  it("with a step are walked by it", async () => {
    expect(await linesOf("for x in 1:7 step 3 see x next")).toEqual(["147"]);
  });
});

describe("jumps", () => {
  it("go by the value of a variable", async () => {
    const lines = await linesOf(
      "n = 2",
      "for i = 1 to 3 for j = 1 to 3",
      "if j = 2 loop n ok",
      "see i",
      "next next",
    );
    expect(lines).toEqual(["123"]);
  });

  it.each([
    ["exit", "Error (R9) : Using exit command outside loops"],
    ["loop", "Error (R22) : Using loop command outside loops"],
    ["for i = 1 to 2 exit 2 next", "Error (R10) : Using exit command with number outside the range"],
    ["for i = 1 to 2 loop 0 next", "Error (R23) : Using loop command with number outside the range"],
  ])("%s", async (jump, text) => {
    expect(await linesOf(`try ${jump} catch ? cCatchError done`)).toEqual([text, ""]);
  });

  it("leave braces that are a statement", async () => {
    const lines = await linesOf(
      "o = new O",
      "for i = 1 to 3 o { if i = 2 exit ok see n + i } next",
      "? f(o)",
      "func f q",
      "q { return n * 10 }",
      "class O n = 4",
    );
    expect(lines).toEqual(["540", ""]);
  });
});

describe("classes", () => {
  it("have `this` for the object of a method within braces", async () => {
    const lines = await linesOf(
      "o = new A ? o.run()",
      "class A n = 1",
      "func run",
      "b = new B",
      "b { n = this.n + 10 self.m = n }",
      "return b.n + b.m",
      "class B n = 0 m = 0",
    );
    expect(lines).toEqual(["22", ""]);
  });

  it("call what failed in braces braceError, and the values of statements braceExprEval", async () => {
    const lines = await linesOf(
      'o = new A o { 1 + 1 "text" missing }',
      '? "after"',
      "class A",
      'func braceStart ? "start"',
      "func braceExprEval v ? v",
      "func braceError ? cCatchError",
      'func braceEnd ? "end"',
    );
    expect(lines.slice(0, 4)).toEqual([
      "start",
      "2",
      "text",
      "Error (R24) : Using uninitialized variable: missing",
    ]);
    expect(lines.at(-2)).toBe("after");
  });

  it("make objects of a class whose name is in a variable, and methods may be added", async () => {
    const lines = await linesOf(
      'c = "Point" o = new from c',
      'addMethod(o, "twice", func { return x * 2 })',
      "? o.x",
      "class point x = 3 func get1 return x",
      "func useAdded return twice()",
    );
    expect(lines).toEqual(["3", ""]);
  });

  it("end a chain of parents that comes back to itself with an error", async () => {
    const lines = await linesOf("try x = new A catch ? cCatchError done", "class A from B", "class B from A");
    expect(lines[0]).toMatch(/^Error \(R30\) : Parent class name is identical to child class name/);
  });
});

describe("an error that nothing catches", () => {
  it("in main names the line after the statements", async () => {
    const lines = await linesOf('? "top"', "", "func main", "f()", "func f", "x = missing");
    expect(lines).toEqual([
      "top",
      "",
      "Line 6 Error (R24) : Using uninitialized variable: missing ",
      "In function f() in file a.ring",
      "",
      "Called from line 4 In function main() in file a.ring",
      "",
      "Called from line 3 in file a.ring ",
    ]);
  });

  it("counts the calls of a function by itself", async () => {
    const lines = await linesOf("f(3)", "func f n", "if n = 0", "x = missing", "ok", "f(n - 1)");
    expect(lines).toEqual([
      "",
      "Line 4 Error (R24) : Using uninitialized variable: missing ",
      "In function f() in file a.ring",
      "",
      "Called from line 1 in file a.ring ",
      "---{ Recursion Depth: 3 }---",
      "",
    ]);
  });

  it("a call with too few values fails in the line of the call", async () => {
    const lines = await linesOf("? 1", "f(1)", "func f a, b");
    expect(lines[2]).toBe("Line 2 Error (R19) : Calling function with less number of parameters ");
    expect(lines[3]).toBe("in file a.ring ");
  });

  it("is the stack's overflow after too deep a recursion, which can be caught", async () => {
    expect(await linesOf("try f() catch ? cCatchError done", "func f", "f()")).toEqual([
      "Error (R4) : Stack Overflow",
      "",
    ]);
  });
});

describe("files", () => {
  it("two files load each other, and each runs once, where it is loaded first", async () => {
    const dir = folderOf({
      "a.ring": `? "a" load "b.ring" ? "end" ? fromB()`,
      "b.ring": `? "b" load "a.ring" ? "b end"\nfunc fromB return "from b"`,
    });
    expect((await outputOf(join(dir, "a.ring"))).split("\n")).toEqual([
      "a",
      "b",
      "b end",
      "end",
      "from b",
      "",
    ]);
  });

  it("may have any line ends and a byte order mark", async () => {
    const dir = folderOf({ "a.ring": "" });
    writeFileSync(
      join(dir, "a.ring"),
      '\uFEFFx = 1\r\nif x = 1\r\n  ? "yes"\r\nok\r\ns = "a\r\nb"\r\n? len(s)\r\n',
    );
    expect(await outputOf(join(dir, "a.ring"))).toBe("yes\n3\n");
  });

  it("two files cannot define the same function", async () => {
    const dir = folderOf({ "a.ring": `load "b.ring"\nfunc f return 1`, "b.ring": "func f return 2" });
    expect(await outputOf(join(dir, "a.ring"))).toContain("Error (R53) : Function redefinition");
  });
});

describe("objects with operators", () => {
  it("have their say in `and` and `or`, others count as true", async () => {
    const lines = await linesOf(
      "o = new Op p = new Plain",
      "? o and f(1) ? o or f(2) ? p and 0 ? p or f(3) ? 0 and f(4)",
      'if o and 1 and 2 ? "yes" ok if not (o or 0) ? "no" ok',
      "func f n ? n return n",
      "class Op func operator c, v if c = 'and' return '&' + v ok return ''",
      "class Plain",
    );
    expect(lines).toEqual(["1", "&1", "2", "", "0", "1", "0", "yes", "no", ""]);
  });
});

describe("addmethod", () => {
  it("makes a function a method, which sees the attributes of its object", async () => {
    const lines = await linesOf(
      "p = new P { x = 5 }",
      'addMethod(p, "show", func { ? x ? self.x f = func { try ? x catch ? "no x" done } call f() })',
      'addMethod(p, :up, "up")',
      "p.show() p.up(2) ? p.x",
      "func up n x += n",
      "class P x",
    );
    expect(lines).toEqual(["5", "5", "no x", "7", ""]);
  });
});
