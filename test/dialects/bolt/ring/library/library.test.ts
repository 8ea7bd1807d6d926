import { describe, expect, test } from "vitest";
import { ringLibrary } from "../../../../../src/dialects/bolt/ring/library/library.ts";
import * as tables from "./cases.ts";
import { errorCases } from "./errors.ts";
import { LibraryProgram, MemoryFiles, classOf, object, plain, value } from "./program.ts";

describe.each(Object.entries(tables))("%s", (_, cases) => {
  test.each(cases)("%s(%j) is %j", (name, args, result) => {
    expect(new LibraryProgram().call(name, ...args)).toEqual(result);
  });
});

test.each(errorCases)("%s(%j) fails with %j", (name, args, text) => {
  expect(() => new LibraryProgram().call(name, ...args)).toThrow(
    expect.objectContaining({ name: "RingError", message: text }),
  );
});

/** Functions whose effect is more than a result have tests of their own below. */
const others = [
  ...[
    "add",
    "del",
    "insert",
    "swap",
    "ref",
    "reference",
    "print",
    "puts",
    "print2str",
    "ring_see",
    "ringvm_see",
  ],
  ...["raise", "assert", "classname", "parentclassname", "attributes", "methods", "isattribute", "ismethod"],
  ...["isprivateattribute", "isprivatemethod", "getattribute", "setattribute", "addattribute"],
  ...["read", "write", "fexists", "direxists", "getpathtype", "getfilesize", "remove", "rename", "dir"],
  ...["fopen", "fclose", "fflush", "feof", "ferror", "clearerr", "rewind", "ftell", "fseek"],
  ...["fgetc", "fgets", "fread", "fputc", "fputs", "fwrite"],
];

test("each built-in function has a test", () => {
  const tested = new Set(
    [...Object.values(tables).flat(), ...errorCases].map(([name]) => name).concat(others),
  );
  expect(Object.keys(ringLibrary()).filter((name) => !tested.has(name))).toEqual([]);
});

describe("lists that are changed in place", () => {
  test("add appends a copy, and with a third argument the items", () => {
    const program = new LibraryProgram();
    const [list, inner] = [value([1]), value([2, 3])];
    program.run("add", list, inner);
    program.run("add", inner, 4);
    program.run("add", list, inner, 1);
    expect(plain(list)).toEqual([1, [2, 3], 2, 3, 4]);
  });

  test("add of a list to itself appends a copy of what it was", () => {
    const list = value([1]);
    new LibraryProgram().run("add", list, list);
    expect(plain(list)).toEqual([1, [1]]);
  });

  test("del removes the item at a place", () => {
    const list = value(["a", "b", "c"]);
    expect(new LibraryProgram().run("del", list, 2)).toBe("");
    expect(plain(list)).toEqual(["a", "c"]);
  });

  test("insert puts a value after a place", () => {
    const program = new LibraryProgram();
    const list = value(["a", "b"]);
    program.run("insert", list, 0, "first");
    program.run("insert", list, 3, "last");
    expect(plain(list)).toEqual(["first", "a", "b", "last"]);
  });

  test("swap exchanges two items, or the items of two lists", () => {
    const program = new LibraryProgram();
    const [list, other] = [value([1, 2, 3]), value(["x"])];
    program.run("swap", list, 1, 3);
    expect(plain(list)).toEqual([3, 2, 1]);
    program.run("swap", list, other);
    expect([plain(list), plain(other)]).toEqual([["x"], [3, 2, 1]]);
  });

  test("sort and reverse leave the list as it was", () => {
    const program = new LibraryProgram();
    const list = value([3, 1, 2]);
    program.run("sort", list);
    program.run("reverse", list);
    expect(plain(list)).toEqual([3, 1, 2]);
  });

  test("find finds a list by its identity only", () => {
    const program = new LibraryProgram();
    const [inner, list] = [value([2]), value([1])];
    program.run("ref", inner);
    program.run("add", list, inner);
    expect(program.run("find", list, inner)).toBe(2);
    expect(program.run("find", list, value([2]))).toBe(0);
  });

  test.each(["ref", "reference"])("%s makes later copies share the list", (name) => {
    const program = new LibraryProgram();
    const [inner, list] = [value([1]), value([])];
    expect(program.run(name, inner)).toBe(inner);
    program.run("add", list, inner);
    program.run("add", inner, 2);
    expect(plain(list)).toEqual([[1, 2]]);
  });
});

describe("output", () => {
  test("print, puts and print2str know escapes, and see does not", () => {
    const program = new LibraryProgram();
    program.call("print", "a\\tb\\n\\\\ \\#\\x\\");
    program.call("ring_see", "\\n");
    program.call("ringvm_see", 2.5);
    program.call("puts", "c");
    program.call("puts", 7);
    expect(program.written).toBe("a\tb\n\\ #\\x\\\\n2.50c\n7\n");
    expect(program.call("print2str", "x\\ny")).toBe("x\ny");
  });

  test("a list is written with one line for each item, also by puts", () => {
    const program = new LibraryProgram();
    program.call("puts", ["a", ["b", 1.5], []]);
    program.call("print", [1]);
    expect(program.written).toBe("a\nb\n1.50\n1\n");
  });

  test("an object is written with its attributes, which do not show lists and objects", () => {
    const program = new LibraryProgram();
    const inner = object({});
    program.call("print", [object({ name: "NULL", size: 2.5, list: [1], inner }), "after"]);
    const lines = [
      "name: NULL",
      "size: 2.50",
      "list: [This Attribute Contains A List]",
      "inner: Object...",
      "after",
      "",
    ];
    expect(program.written).toBe(lines.join("\n"));
  });

  test("decimals changes numbers in texts from then on", () => {
    const program = new LibraryProgram();
    program.call("decimals", 4);
    expect(program.call("string", 1 / 3)).toBe("0.3333");
  });
});

describe("objects", () => {
  const noResult = () => "";
  const animal = classOf("animal", { init: noResult, speak: noResult });
  const dogs = classOf("dog", { speak: noResult, _hide: noResult, _secret: noResult }, animal);
  const dog = () => object({ name: "Rex", secret: 1 }, dogs);

  test("the names of a class, its parent, its attributes and its methods are in lower case", () => {
    const program = new LibraryProgram();
    expect(program.call("classname", dog())).toBe("dog");
    expect(program.call("parentclassname", dog())).toBe("animal");
    expect(program.call("parentclassname", object({}))).toBe("");
    expect(program.call("attributes", dog())).toEqual(["name", "secret"]);
    expect(program.call("methods", dog())).toEqual(["speak", "hide", "secret", "init", "speak"]);
  });

  test("names of attributes and methods are found in any case", () => {
    const program = new LibraryProgram();
    expect(program.call("isattribute", dog(), "NAME")).toBe(1);
    expect(program.call("isattribute", dog(), "size")).toBe(0);
    expect(program.call("ismethod", dog(), "Init")).toBe(1);
    expect(program.call("ismethod", dog(), "hide")).toBe(2);
    expect(program.call("ismethod", dog(), "bye")).toBe(0);
    expect(program.call("isprivateattribute", dog(), "secret")).toBe(1);
    expect(program.call("isprivateattribute", dog(), "name")).toBe(0);
    expect(program.call("isprivatemethod", dog(), "hide")).toBe(1);
    expect(program.call("isprivatemethod", dog(), "speak")).toBe(0);
  });

  test("attributes are read, set and added by name", () => {
    const program = new LibraryProgram();
    const rex = dog();
    program.call("setattribute", rex, "Name", ["R", "x"]);
    program.call("addattribute", rex, ["Age", "color"]);
    expect(program.call("getattribute", rex, "name")).toEqual(["R", "x"]);
    expect(program.call("getattribute", rex, "age")).toBe("NULL");
    expect(program.call("attributes", rex)).toEqual(["name", "secret", "age", "color"]);
  });

  test("len of an object is its operator", () => {
    const list = classOf("list", { operator: (_, name) => name as string });
    expect(new LibraryProgram().call("len", object({}, list))).toBe("len");
  });
});

describe("random numbers", () => {
  test("after srandom they are those of the C library", () => {
    const program = new LibraryProgram();
    program.call("srandom", 1);
    expect([program.call("random"), program.call("random"), program.call("random")]).toEqual([
      1804289383, 846930886, 1681692777,
    ]);
    program.call("srandom", 42);
    expect([program.call("random"), program.call("random", 9)]).toEqual([71876166, 708592740 % 10]);
  });

  test("a negative limit gives numbers down to it, and both limits are included", () => {
    const program = new LibraryProgram();
    const seen = new Set(Array.from({ length: 200 }, () => program.call("random", -2)));
    expect(seen).toEqual(new Set([0, -1, -2]));
  });
});

describe("files", () => {
  test("read, write, remove and rename work on whole files", () => {
    const program = new LibraryProgram(new MemoryFiles());
    expect(program.call("write", "a.txt", "one\n\xff")).toBe("");
    expect(program.call("read", "a.txt")).toBe("one\n\xff");
    expect(program.call("getfilesize", "a.txt")).toBe(5);
    expect(program.call("rename", "a.txt", "b.txt")).toBe(0);
    expect(program.call("rename", "a.txt", "b.txt")).toBe(-1);
    expect(program.call("dir", "data")).toEqual([["b.txt", 0]]);
    expect([program.call("fexists", "a.txt"), program.call("fexists", "b.txt")]).toEqual([0, 1]);
    program.call("remove", "b.txt");
    expect(program.call("remove", "b.txt")).toBe("");
    expect([program.call("fexists", "b.txt"), program.call("fexists", "data")]).toEqual([0, 0]);
    expect([program.call("direxists", "data"), program.call("direxists", "b.txt")]).toEqual([1, 0]);
    expect(["b.txt", "data"].map((path) => program.call("getpathtype", path))).toEqual([0, 2]);
    expect(program.call("getfilesize", "b.txt")).toBe(-1);
  });

  test.each([
    ["read", ["no.txt"], "Error (R35) : Can't create/open the file"],
    ["write", ["missing/a.txt", ""], "Error (R35) : Can't create/open the file"],
    ["dir", ["other"], "Error, Couldn't open the directory"],
    ["fgetc", [[1]], "Error in parameter, NULL pointer!"],
  ])("%s(%j) fails with %j", (name, args, text) => {
    expect(() => new LibraryProgram(new MemoryFiles()).call(name, ...args)).toThrow(text);
  });

  test("an open file is written when it is closed", () => {
    const files = new MemoryFiles();
    const program = new LibraryProgram(files);
    const file = program.run("fopen", "a.txt", "w");
    expect(program.run("fputs", file, "one\ntwo\n")).toBe(1);
    expect(program.run("fwrite", file, "abc")).toBe(3);
    expect(program.run("fputc", file, "xyz")).toBe(1);
    expect(files.contents.get("a.txt")).toBe("");
    expect(program.run("fflush", file)).toBe(0);
    expect(files.contents.get("a.txt")).toBe("one\ntwo\nabcx");
    expect(program.run("fgetc", file)).toBe(-1);
    expect(program.run("ferror", file)).toBe(1);
    program.run("clearerr", file);
    expect(program.run("ferror", file)).toBe(0);
    expect(program.run("fclose", file)).toBe(0);
    expect(() => program.run("fclose", file)).toThrow("NULL pointer");
  });

  test("an open file is read by bytes, by lines and from any place", () => {
    const files = new MemoryFiles();
    files.contents.set("a.txt", "one\ntwo\nend");
    const program = new LibraryProgram(files);
    const file = program.run("fopen", "a.txt", "r");
    expect(program.run("fgets", file, 100)).toBe("one\n");
    expect(program.run("fgets", file, 2)).toBe("tw");
    expect(program.run("fgetc", file)).toBe("o");
    expect(program.run("ftell", file)).toBe(7);
    expect(program.run("fread", file, 100)).toBe("\nend");
    expect(program.run("feof", file)).toBe(1);
    expect(program.run("fgetc", file)).toBe(-1);
    expect(program.run("fread", file, 1)).toBe(0);
    expect(program.run("fseek", file, -3, 2)).toBe(0);
    expect(program.run("feof", file)).toBe(0);
    expect(program.run("fread", file, 3)).toBe("end");
    program.run("rewind", file);
    expect(program.run("fgetc", file)).toBe("o");
    expect(program.run("fseek", file, -1, 0)).toBe(-1);
  });

  test("mode a appends, r+ writes over, and a file that is not there cannot be opened with r", () => {
    const files = new MemoryFiles();
    files.contents.set("a.txt", "abc");
    const program = new LibraryProgram(files);
    for (const [mode, text] of [
      ["a", "d"],
      ["r+", "X"],
    ] as const) {
      const file = program.run("fopen", "a.txt", mode);
      program.run("fputs", file, text);
      program.run("fclose", file);
    }
    expect(files.contents.get("a.txt")).toBe("Xbcd");
    expect(() => program.run("feof", program.run("fopen", "no.txt", "r"))).toThrow("NULL pointer");
  });
});
