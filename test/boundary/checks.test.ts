import { describe, expect, it } from "vitest";
import {
  isPromiseLike,
  isRecord,
  messageOf,
  stringFor,
  withoutUndefined,
} from "../../src/boundary/checks.ts";

describe("isRecord", () => {
  it.each([{}, Object.create(null), new Date(0)])("accepts an object: %o", (value: unknown) => {
    expect(isRecord(value)).toBe(true);
  });

  it.each([null, undefined, [], "text", () => 1])("refuses what is not a plain object: %o", (value) => {
    expect(isRecord(value)).toBe(false);
  });
});

describe("isPromiseLike", () => {
  it("accepts everything that has a then", () => {
    // oxlint-disable-next-line unicorn/no-thenable -- thenables are the subject
    const callable = Object.assign(() => 1, { then: () => 1 });
    // oxlint-disable-next-line unicorn/no-thenable -- thenables are the subject
    const values: unknown[] = [Promise.resolve(1), { then: () => 1 }, callable];
    for (const value of values) expect(isPromiseLike(value)).toBe(true);
  });

  it("refuses values without a callable then", () => {
    // oxlint-disable-next-line unicorn/no-thenable -- thenables are the subject
    const values: unknown[] = [null, undefined, 1, "then", {}, { then: 1 }];
    for (const value of values) expect(isPromiseLike(value)).toBe(false);
  });
});

describe("messageOf", () => {
  it("returns the message of an error", () => {
    expect(messageOf(new TypeError("wrong"))).toBe("wrong");
  });

  it("returns the text of a value that is not an error", () => {
    expect(messageOf("wrong")).toBe("wrong");
    expect(messageOf(7)).toBe("7");
  });

  it("joins the parts of an aggregate that has no message", () => {
    expect(messageOf(new AggregateError([new Error("a"), "b"]))).toBe("a; b");
    expect(messageOf(new AggregateError([new Error("a")], "all failed"))).toBe("all failed");
  });
});

describe("stringFor", () => {
  it("returns a string as it is", () => {
    expect(stringFor("room", "name", "")).toBe("");
  });

  it("refuses anything else and names the call", () => {
    expect(() => stringFor("session.room", "roomName", 42)).toThrow(
      new TypeError("session.room takes a string as roomName, got a number"),
    );
  });
});

describe("withoutUndefined", () => {
  it("drops the members that are undefined, and no others", () => {
    expect(withoutUndefined({ a: undefined, b: null, c: 0 })).toEqual({ b: null, c: 0 });
  });
});
