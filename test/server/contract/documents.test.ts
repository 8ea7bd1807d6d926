import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { shapeOf } from "../../../src/boundary/shape.ts";
import { asyncApi } from "../../../src/server/contract/async-api.ts";
import { contractTypes } from "../../../src/server/contract/contract-types.ts";
import { contractLines, type RouteContract } from "../../../src/server/contract/route-contract.ts";

const tree = z.object({
  name: z.string(),
  get children() {
    return z.array(tree);
  },
});

const messages = {
  in: {
    say: z.object({ text: z.string(), mood: z.enum(["good", "bad"]).optional() }),
    grow: z.object({ tree }),
    "odd name": z.object({}),
    either: z.union([z.object({ a: z.string() }), z.object({ b: z.number() })]),
  },
  out: { said: z.object({ from: z.string(), texts: z.array(z.string()), at: z.number().nullable() }) },
  calls: { history: { in: z.object({ last: z.int() }), out: z.array(z.object({ text: z.string() })) } },
};

function contractOf(value: object): RouteContract {
  const shape = shapeOf({ messages: value }).exports["messages"];
  if (shape?.type !== "contract") throw new Error("no contract");
  return { route: "/ws/rooms/:id", script: "ws/rooms/[id].ts", messages: shape.contract };
}

const contract = contractOf(messages);

describe("an AsyncAPI document", () => {
  let isValid: (document: unknown) => string[];

  beforeAll(() => {
    const schema = JSON.parse(
      readFileSync("node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json", "utf8"),
    ) as object;
    const ajv = new Ajv({ strict: false, logger: false });
    formats.default(ajv);
    const validate = ajv.compile(schema);
    isValid = (document) =>
      validate(document)
        ? []
        : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  });

  test("is one by the schema of AsyncAPI 3, and all of its references lead to something", () => {
    const document = asyncApi({ title: "tea", version: "1.0.0" }, [contract]);
    expect(isValid(document)).toEqual([]);
    const text = JSON.stringify(document);
    const references = [
      ...new Set(Array.from(text.matchAll(/"\$ref":"#\/([^"]+)"/g), ([, path = ""]) => path)),
    ];
    expect(references.length).toBeGreaterThan(10);
    for (const path of references) {
      const found = path
        .split("/")
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
      expect(found, path).toBeDefined();
    }
    expect(document.channels).toMatchObject({
      ws_rooms_id: { address: "/ws/rooms/{id}", parameters: { id: {} } },
    });
  });

  test("says that a document without a title is wrong", () => {
    expect(isValid({ ...asyncApi({ title: "tea", version: "1" }, [contract]), info: {} })).not.toEqual([]);
  });

  test("has the name of a message beside its fields", () => {
    const { components } = asyncApi({ title: "tea", version: "1" }, [contract]);
    expect(components.messages["ws_rooms_id.in_say"]).toMatchObject({
      name: "say",
      payload: {
        type: "object",
        required: ["type", "text"],
        properties: { type: { const: "say" }, text: { type: "string" } },
      },
    });
  });
});

describe("an AsyncAPI document of unusual contracts", () => {
  const link = z.object({
    at: z.number(),
    get next() {
      return link.optional();
    },
  });
  const odd = contractOf({
    in: { link, "a/b": z.object({ a: z.string() }), a_b: z.object({ b: z.string() }) },
    calls: { follow: { in: link, out: link } },
  });
  const { channels, components, operations } = asyncApi({ title: "tea", version: "1" }, [
    { ...odd, route: "/ws/a/b" },
    { ...odd, route: "/ws/a_b" },
  ]);
  const next = (owner: string): object => ({
    type: "object",
    properties: { at: { type: "number" }, next: { $ref: `#/components/schemas/${owner}` } },
    required: ["at"],
  });

  test("has a schema that refers to itself without what surrounds it in a message", () => {
    const { schemas, messages: declared } = components;
    expect(schemas["ws_a_b.in_link"]).toEqual(next("ws_a_b.in_link"));
    expect(schemas["ws_a_b.call_follow"]).toEqual(next("ws_a_b.call_follow"));
    expect(declared["ws_a_b.in_link"]).toMatchObject({
      payload: {
        properties: { type: { const: "link" }, next: { $ref: "#/components/schemas/ws_a_b.in_link" } },
      },
    });
  });

  test("has routes and messages apart whose names differ in their marks only", () => {
    expect(Object.keys(channels)).toEqual(["ws_a_b", "ws_a_b_2"]);
    expect(Object.keys(operations)).toHaveLength(2 * 4);
    expect(components.messages["ws_a_b.in_a_b"]).toMatchObject({ name: "a/b" });
    expect(components.messages["ws_a_b.in_a_b_2"]).toMatchObject({ name: "a_b" });
  });
});

test("the types of two scripts whose names differ in their marks only are two interfaces", () => {
  const text = contractTypes([contract, { ...contract, script: "ws/rooms-id.ts" }]);
  expect(text.match(/export interface \w+/g)).toEqual([
    "export interface WsRoomsId",
    "export interface WsRoomsId_2",
  ]);
});

test("the lines of a contract show each message with its type, and one says that names alone are known", () => {
  expect(contractLines(contract)).toEqual([
    "/ws/rooms/:id  ws/rooms/[id].ts",
    '  in    say { text: string; mood?: "good" | "bad" }',
    "  in    grow { tree: unknown }",
    "  in    odd name {}",
    "  in    either { a: string } | { b: number }",
    "  out   said { from: string; texts: string[]; at: number | null }",
    "  call  history { last: number } -> { text: string }[]",
  ]);
  const bare = { "~standard": { version: 1, vendor: "own", validate: (value: unknown) => ({ value }) } };
  expect(contractLines(contractOf({ in: { say: bare } }))).toEqual([
    "/ws/rooms/:id  ws/rooms/[id].ts",
    "  in    say ?",
    expect.stringContaining("only the name is known"),
  ]);
});

test("the types of a contract are an interface for each route", () => {
  const text = contractTypes([contract]);
  expect(text).toContain("export interface WsRoomsId {");
  expect(text).toContain('readonly say: Schema<{ text: string; mood?: "good" | "bad" }>;');
  expect(text).toContain('readonly "odd name": Schema<{}>;');
  expect(text).toContain(
    "readonly history: { readonly in: Schema<{ last: number }>; readonly out: Schema<{ text: string }[]> };",
  );
});
