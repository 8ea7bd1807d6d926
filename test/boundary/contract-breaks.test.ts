import { describe, expect, test } from "vitest";
import { z } from "zod";
import { contractBreaks } from "../../src/boundary/contract/contract-breaks.ts";
import type { ContractFacts, JsonSchema } from "../../src/boundary/contract/contract-facts.ts";

const schemaOf = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
const inbound = (schema: z.ZodType): ContractFacts => ({ in: { say: schemaOf(schema) }, out: {}, calls: {} });
const outbound = (schema: z.ZodType): ContractFacts => ({
  in: {},
  out: { said: schemaOf(schema) },
  calls: {},
});

const text = z.string();
/** As other libraries write it. */
const both = (...allOf: z.ZodType[]): JsonSchema => ({ allOf: allOf.map(schemaOf) });
const base = z.object({ text });

describe("a change of a message from clients", () => {
  test.each<[string, z.ZodType, z.ZodType, string[]]>([
    ["no change", base, base, []],
    ["a new optional field", base, base.extend({ mood: text.optional() }), []],
    ["a new required field", base, base.extend({ mood: text }), ["field mood is required now"]],
    ["a field that becomes optional", base, z.object({ text: text.optional() }), []],
    [
      "a field that becomes required",
      z.object({ text: text.optional() }),
      base,
      ["field text is required now"],
    ],
    ["a field that is not needed any more", base.extend({ mood: text }), base, []],
    [
      "a strict schema without a field",
      base.extend({ a: text }),
      z.strictObject({ text }),
      ["field a is no longer accepted", "it no longer accepts other fields"],
    ],
    ["another type", base, z.object({ text: z.number() }), ["field text has another type"]],
    ["a wider type", z.object({ n: z.int() }), z.object({ n: z.number() }), []],
    ["a union that contains it", base, z.object({ text: z.union([z.number(), text]) }), []],
    [
      "a union that has lost a part",
      z.object({ text: z.union([z.number(), text]) }),
      base,
      ["field text accepts fewer values"],
    ],
    [
      "a value less",
      z.object({ text: z.enum(["a", "b"]) }),
      z.object({ text: z.enum(["a"]) }),
      ["field text accepts fewer values"],
    ],
    ["a value more", z.object({ text: z.enum(["a"]) }), z.object({ text: z.enum(["a", "b"]) }), []],
    ["a longer text", z.object({ text: text.max(5) }), z.object({ text: text.max(9) }), []],
    ["a shorter text", base, z.object({ text: text.max(9) }), ["field text has a narrower bound"]],
    ["a pattern", base, z.object({ text: text.regex(/a/) }), ["field text has a narrower bound"]],
    [
      "another value of a record",
      z.object({ r: z.record(text, z.number()) }),
      z.object({ r: z.record(text, text) }),
      ["field r[] has another type"],
    ],
    [
      "a name of a record that is shorter",
      z.object({ r: z.record(text, text) }),
      z.object({ r: z.record(text.max(5), text) }),
      ["field r[] has a narrower bound"],
    ],
    ["a value of a record that may be longer", z.record(text, text.max(5)), z.record(text, text), []],
    [
      "a field of a union's own part that becomes required",
      z.union([base, z.object({ n: z.number() })]).and(z.object({ mood: text.optional() })),
      z.union([base, z.object({ n: z.number() })]).and(z.object({ mood: text })),
      ["it accepts fewer values"],
    ],
    [
      "a field within a list",
      z.object({ l: z.array(base) }),
      z.object({ l: z.array(base.extend({ a: text })) }),
      ["field l[].a is required now"],
    ],
  ])("%s", (_what, before, after, expected) => {
    const found = contractBreaks(inbound(before), inbound(after));
    expect(found.map(({ change }) => change)).toEqual(expected);
    for (const { where } of found) expect(where).toBe("messages.in.say");
  });
});

describe("a change of a message to clients", () => {
  test.each<[string, z.ZodType, z.ZodType, string[]]>([
    ["a new field", base, base.extend({ mood: text }), []],
    [
      "a field that may be missing",
      base,
      z.object({ text: text.optional() }),
      ["field text may be missing now"],
    ],
    [
      "a value more",
      z.object({ text: z.enum(["a"]) }),
      z.object({ text: z.enum(["a", "b"]) }),
      ["field text may have further values"],
    ],
    ["a value less", z.object({ text: z.enum(["a", "b"]) }), z.object({ text: z.enum(["a"]) }), []],
  ])("%s", (_what, before, after, expected) => {
    expect(contractBreaks(outbound(before), outbound(after)).map(({ change }) => change)).toEqual(expected);
  });
});

test("messages, calls and a contract that are gone break clients, whether there are schemas or names alone", () => {
  const all: ContractFacts = {
    in: { a: null, b: null },
    out: { c: null },
    calls: { d: { in: null, out: null } },
  };
  const none: ContractFacts = { in: { a: {} }, out: {}, calls: {} };
  expect(contractBreaks(all, none).map(({ where }) => where)).toEqual([
    "messages.in.b",
    "messages.out.c",
    "messages.calls.d",
  ]);
  expect(contractBreaks(all, null)).toEqual([{ where: "messages", change: "the contract is gone" }]);
});

test("a reply of a call is compared as a message to clients is, and its data as one from clients", () => {
  const calls = (input: z.ZodType, out: z.ZodType): ContractFacts => ({
    ...{ in: {}, out: {} },
    calls: { history: { in: schemaOf(input), out: schemaOf(out) } },
  });
  const found = contractBreaks(
    calls(base, base),
    calls(base.extend({ a: text }), z.object({ text: text.optional() })),
  );
  expect(found).toEqual([
    { where: "messages.calls.history.in", change: "field a is required now" },
    { where: "messages.calls.history.out", change: "field text may be missing now" },
  ]);
});

test("an intersection is compared by what all of its parts say", () => {
  const facts = (schema: JsonSchema): ContractFacts => ({ in: { say: schema }, out: {}, calls: {} });
  const [before, mood] = [both(base, z.object({ mood: text.optional() })), z.object({ mood: text })];
  expect(contractBreaks(facts(before), facts(both(base, mood)))).toEqual([
    { where: "messages.in.say", change: "field mood is required now" },
  ]);
  const flat = schemaOf(base.extend({ mood: text.optional() }));
  expect(contractBreaks(facts(before), facts(flat))).toEqual([]);
});
