// Boundary: reads the exports that make a contract of messages: `messages`, `on` and `calls`.
import { nearest } from "../text/nearest.ts";
import type { CallFacts, ContractFacts, JsonSchema, MessageFacts } from "./contract-facts.ts";
import { isObject, isStandardSchema, type StandardSchema } from "./standard-schema.ts";

/** The contract that an export is, with what is wrong in it; null for an export that is none. */
export function contractShape(value: unknown, convert: Convert = standardJsonSchema): ContractShape | null {
  if (!isContract(value)) return null;
  const reader = new Reader(convert);
  const contract: ContractFacts = {
    in: reader.messages("in", value["in"]),
    out: reader.messages("out", value["out"]),
    calls: reader.calls(value["calls"]),
  };
  const unknown = Object.keys(value).filter((name) => !SECTIONS.includes(name));
  return { type: "contract", contract, problems: [...unknown.map(unknownSection), ...reader.problems] };
}

/** A contract as a script exports it. Another use of the name `messages`, such as a list of texts, is not a contract. */
export function isContract(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && SECTIONS.some((name) => Object.hasOwn(value, name));
}

export interface ContractShape {
  readonly type: "contract";
  readonly contract: ContractFacts;
  /** One line each, without the script's name. */
  readonly problems: readonly string[];
}

/** The functions of an object by name: what `on` and `calls` export. Null for a value that has none. */
export function handlersShape(value: unknown): HandlersShape | null {
  if (!isObject(value)) return null;
  const all = Object.entries(value);
  const names = all.filter(([, one]) => typeof one === "function").map(([name]) => name);
  if (names.length === 0) return null;
  return {
    type: "handlers",
    names,
    others: all.map(([name]) => name).filter((name) => !names.includes(name)),
  };
}

export interface HandlersShape {
  readonly type: "handlers";
  readonly names: readonly string[];
  /** The names of what is not a function. */
  readonly others: readonly string[];
}

/** Makes the JSON Schema of a validator; null if it cannot. */
export type Convert = (schema: StandardSchema) => JsonSchema | null;

/** By the interface that libraries share. */
export function standardJsonSchema(schema: StandardSchema): JsonSchema | null {
  try {
    return plainSchema(schema["~standard"].jsonSchema?.input({ target: "draft-2020-12" }));
  } catch {
    return null; // the library has no JSON Schema for this validator
  }
}

/** As plain data, which crosses between threads; null for what is none, or is very large. */
export function plainSchema(value: unknown): JsonSchema | null {
  const text = isObject(value) ? JSON.stringify(value) : undefined;
  if (text === undefined || text.length > LARGEST) return null;
  const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
  return Object.fromEntries(entries.filter(([name]) => name !== "$schema" && name !== "~standard"));
}

class Reader {
  readonly problems: string[] = [];
  readonly #convert: Convert;

  constructor(convert: Convert) {
    this.#convert = convert;
  }

  messages(section: string, value: unknown): MessageFacts {
    const facts: Record<string, JsonSchema | null> = Object.create(null);
    for (const [name, schema] of this.#entries(section, value))
      facts[name] = this.#schema(`${section}.${name}`, schema);
    return facts;
  }

  calls(value: unknown): Readonly<Record<string, CallFacts>> {
    const facts: Record<string, CallFacts> = Object.create(null);
    for (const [name, call] of this.#entries("calls", value)) {
      if (isObject(call) && !isStandardSchema(call)) facts[name] = this.#call(name, call);
      else this.problems.push(`messages.calls.${name} must be an object, as in { in: Schema, out: Schema }`);
    }
    return facts;
  }

  #call(name: string, { in: input, out }: Readonly<Record<string, unknown>>): CallFacts {
    const part = (side: string, schema: unknown): JsonSchema | null =>
      schema === undefined ? {} : this.#schema(`calls.${name}.${side}`, schema);
    return { in: part("in", input), out: part("out", out) };
  }

  #entries(section: string, value: unknown): [string, unknown][] {
    if (value === undefined) return [];
    if (isObject(value) && !isStandardSchema(value)) return Object.entries(value);
    this.problems.push(`messages.${section} must be an object with a schema for each name`);
    return [];
  }

  #schema(where: string, schema: unknown): JsonSchema | null {
    if (isStandardSchema(schema)) return this.#convert(schema);
    this.problems.push(
      `messages.${where} is not a Standard Schema, as those of zod and valibot are; see docs/contracts.md`,
    );
    return null;
  }
}

function unknownSection(name: string): string {
  const meant = nearest(name, SECTIONS);
  const better = meant === null ? `there are: ${SECTIONS.join(", ")}` : `did you mean "${meant}"?`;
  return `messages.${name} does not exist; ${better}`;
}

const SECTIONS = ["in", "out", "calls"];
const LARGEST = 65_536;
