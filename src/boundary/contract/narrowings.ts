// Boundary: what one JSON Schema takes that another does not, field by field.
import { isObject } from "./standard-schema.ts";
import type { JsonSchema } from "./contract-facts.ts";

/**
 * Where a schema takes less than another one did. Compared are types, choices, required fields and bounds; what a schema
 * says in another way, such as a changed reference, counts as a change.
 */
export function narrowings(was: JsonSchema, is: JsonSchema, field = ""): Narrowing[] {
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  const [before, after] = [merged(was), merged(is)];
  if (before["$ref"] !== after["$ref"]) return [{ field, kind: "type" }];
  const choices = choicesOf(before);
  if (choices !== null)
    return choices.some((choice) => narrowings(choice, after, field).length > 0)
      ? [{ field, kind: "values" }]
      : definitions(before, after, field);
  const targets = choicesOf(after);
  if (targets !== null)
    return targets.some((target) => narrowings(before, target, field).length === 0)
      ? []
      : [{ field, kind: "values" }];
  if (!isWithinTypes(before, after)) return [{ field, kind: "type" }];
  return [
    ...fields(before, after, field),
    ...entries(before, after, field),
    ...items(before, after, field),
    ...bounds(before, after, field),
    ...definitions(before, after, field),
  ];
}

/** A field, `""` for the whole, and how it takes less. */
export interface Narrowing {
  readonly field: string;
  readonly kind: "required" | "removed" | "type" | "values" | "bounds" | "closed";
}

// A list of values, of types or of schemas; null for a schema that has no choice.
function choicesOf(schema: JsonSchema): JsonSchema[] | null {
  const { anyOf, oneOf, enum: values, type, ...rest } = schema;
  const list = anyOf ?? oneOf;
  if (Array.isArray(list))
    return list
      .filter(isObject)
      .map((choice) => joined({ ...rest, ...(type !== undefined && { type }) }, merged(choice)));
  if (Array.isArray(values)) return values.map((value: unknown) => ({ const: value }));
  return Array.isArray(type) ? type.map((one: unknown) => ({ ...rest, type: one })) : null;
}

function isWithinTypes(before: JsonSchema, after: JsonSchema): boolean {
  if ("const" in after)
    return "const" in before && JSON.stringify(before["const"]) === JSON.stringify(after["const"]);
  const [was, is] = [typeOf(before), after["type"]];
  return is === undefined || was === is || (was === "integer" && is === "number");
}

function typeOf(schema: JsonSchema): unknown {
  if (!("const" in schema)) return schema["type"];
  const value = schema["const"];
  return value === null ? "null" : typeof value;
}

function fields(before: JsonSchema, after: JsonSchema, field: string): Narrowing[] {
  const [was, is] = [recordAt(before, "properties"), recordAt(after, "properties")];
  const required = listAt(before, "required");
  const added = listAt(after, "required").filter((name) => !required.includes(name));
  const found: Narrowing[] = added.map((name) => ({ field: below(field, String(name)), kind: "required" }));
  const isClosed = after["additionalProperties"] === false;
  for (const [name, schema] of Object.entries(was)) {
    const now = is[name];
    const at = below(field, name);
    if (isObject(schema) && isObject(now)) found.push(...narrowings(schema, now, at));
    else if (isClosed) found.push({ field: at, kind: "removed" });
  }
  if (isClosed && before["additionalProperties"] !== false && Object.keys(was).length > 0)
    found.push({ field, kind: "closed" });
  return found;
}

// The names and the values that a record takes.
function entries(before: JsonSchema, after: JsonSchema, field: string): Narrowing[] {
  const [values, names] = ["additionalProperties", "propertyNames"].map((name) => {
    const [was, is] = [before[name], after[name]];
    return isObject(is) ? narrowings(isObject(was) ? was : {}, is, `${field}[]`) : [];
  });
  return [...(values ?? []), ...(names ?? [])];
}

function items(before: JsonSchema, after: JsonSchema, field: string): Narrowing[] {
  const [was, is] = [before["items"], after["items"]];
  if (isObject(is)) return narrowings(isObject(was) ? was : {}, is, `${field}[]`);
  const isChanged = JSON.stringify(before["prefixItems"]) !== JSON.stringify(after["prefixItems"]);
  return isChanged ? [{ field, kind: "type" }] : [];
}

function bounds(before: JsonSchema, after: JsonSchema, field: string): Narrowing[] {
  const isLess = [
    ...LEAST.map((name) => numberAt(after, name, -Infinity) > numberAt(before, name, -Infinity)),
    ...MOST.map((name) => numberAt(after, name, Infinity) < numberAt(before, name, Infinity)),
    ...EXACT.map((name) => name in after && JSON.stringify(after[name]) !== JSON.stringify(before[name])),
  ];
  return isLess.includes(true) ? [{ field, kind: "bounds" }] : [];
}

// An intersection takes what all of its parts take.
function merged(schema: JsonSchema): JsonSchema {
  const { allOf, ...rest } = schema;
  return Array.isArray(allOf) ? allOf.filter(isObject).map(merged).reduce(joined, rest) : schema;
}

function joined(one: JsonSchema, other: JsonSchema): JsonSchema {
  const both = { ...one, ...other };
  if ("properties" in one && "properties" in other)
    both["properties"] = { ...recordAt(one, "properties"), ...recordAt(other, "properties") };
  if ("required" in one && "required" in other)
    both["required"] = [...listAt(one, "required"), ...listAt(other, "required")];
  return both;
}

// What references lead to is compared by its name.
function definitions(before: JsonSchema, after: JsonSchema, field: string): Narrowing[] {
  const [was, is] = [recordAt(before, "$defs"), recordAt(after, "$defs")];
  const changed = Object.keys(was).filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
  return changed.length > 0 ? [{ field, kind: "type" }] : [];
}

function recordAt(schema: JsonSchema, name: string): Readonly<Record<string, unknown>> {
  const value = schema[name];
  return isObject(value) ? value : {};
}

function listAt(schema: JsonSchema, name: string): readonly unknown[] {
  const value = schema[name];
  return Array.isArray(value) ? value : [];
}

function numberAt(schema: JsonSchema, name: string, none: number): number {
  const value = schema[name];
  return typeof value === "number" ? value : none;
}

function below(field: string, name: string): string {
  return field === "" ? name : `${field}.${name}`;
}

const LEAST = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const MOST = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
const EXACT = ["pattern", "format", "multipleOf", "uniqueItems", "not"];
