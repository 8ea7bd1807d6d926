// Boundary: a JSON Schema as the text of a TypeScript type.
import { isObject } from "./standard-schema.ts";
import type { JsonSchema } from "./contract-facts.ts";

/** The type in one line. What has no short form, such as a reference, is `unknown`; so is a message without a schema. */
export function typeText(schema: JsonSchema | null): string {
  if (schema === null) return "unknown";
  const { const: value, enum: values, anyOf, oneOf, type } = schema;
  if ("const" in schema) return literal(value);
  if (Array.isArray(values)) return union(values.map(literal));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return union(choices.filter(isObject).map(typeText));
  if (Array.isArray(type)) return union(type.map((one: unknown) => typeText({ ...schema, type: one })));
  if (type === "object") return objectText(schema);
  if (type === "array") return arrayText(schema);
  return SIMPLE[String(type)] ?? "unknown";
}

/** A name as a key of an object type. */
export function keyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function objectText({ properties, required, additionalProperties }: JsonSchema): string {
  const needed = Array.isArray(required) ? required : [];
  const fields = Object.entries(isObject(properties) ? properties : {}).map(([name, schema]) => {
    const mark = needed.includes(name) ? "" : "?";
    return `${keyText(name)}${mark}: ${typeText(isObject(schema) ? schema : null)}`;
  });
  if (fields.length > 0) return `{ ${fields.join("; ")} }`;
  return isObject(additionalProperties) ? `Record<string, ${typeText(additionalProperties)}>` : "{}";
}

function arrayText({ items, prefixItems }: JsonSchema): string {
  if (Array.isArray(prefixItems))
    return `[${prefixItems.map((item: unknown) => typeText(isObject(item) ? item : null)).join(", ")}]`;
  const item = typeText(isObject(items) ? items : null);
  return item.includes(" | ") ? `(${item})[]` : `${item}[]`;
}

function union(types: readonly string[]): string {
  return types.length === 0 ? "never" : [...new Set(types)].join(" | ");
}

function literal(value: unknown): string {
  return JSON.stringify(value) ?? "unknown";
}

const SIMPLE: Readonly<Record<string, string>> = {
  string: "string",
  number: "number",
  integer: "number",
  boolean: "boolean",
  null: "null",
};
