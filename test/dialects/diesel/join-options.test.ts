import { describe, expect, it } from "vitest";
import { joinOptions } from "../../../src/dialects/diesel/api/join-options.ts";

function optionsOf(value: unknown): unknown {
  return joinOptions("room.join", value);
}

describe("the options of room.join", () => {
  it.each([[undefined], [null], [7], ["text"], [[1]], [{}], [{ history: false }]])(
    "are none for %j, as the published call ignores arguments",
    (value) => {
      expect(optionsOf(value)).toBeUndefined();
    },
  );

  it("say whether the history is wanted, and what the session shows", () => {
    expect(optionsOf({ history: true })).toEqual({ history: true, presence: null });
    expect(optionsOf({ presence: null })).toEqual({ history: false, presence: '{"data":null}' });
    expect(optionsOf({ presence: { a: [1] }, key: "k" })).toEqual({
      history: false,
      presence: '{"key":"k","data":{"a":[1]}}',
    });
  });

  it.each([
    [{ history: 1 }, "room.join takes true or false as history, got a number (1)"],
    [{ histroy: true }, 'room.join has no option "histroy"; did you mean "history"?'],
    [{ key: "k" }, "room.join takes a key together with presence"],
    [{ presence: 1, key: "" }, "room.join takes a text that is not empty as key"],
    [{ presence: 1, key: 7 }, "room.join takes a text that is not empty as key, got a number (7)"],
    [{ presence: () => 1 }, "room.join takes plain data as presence; presence is a function"],
    [{ presence: { a: 1n } }, "room.join takes plain data as presence; presence.a is a bigint"],
    [{ presence: { at: new Date() } }, "room.join takes plain data as presence; presence.at is a Date"],
  ])("%o are a TypeError that names the call", (value, text) => {
    expect(() => optionsOf(value)).toThrow(TypeError);
    expect(() => optionsOf(value)).toThrow(text);
  });

  it("refuse a presence that contains itself, or is nested without end", () => {
    const circular: unknown[] = [];
    circular.push(circular);
    expect(() => optionsOf({ presence: circular })).toThrow("is an object that contains itself");
    let nested: unknown = 1;
    for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
    expect(() => optionsOf({ presence: nested })).toThrow("is nested too deeply");
  });
});
