// Server: a JSON Schema as a part of a document, where `#` is the document and not the schema.
import { isRecord } from "../../boundary/checks.ts";
import type { JsonSchema } from "../../boundary/contract/contract-facts.ts";

/** What a schema refers to in itself moves to the components of the document, under the name of the schema. */
export function movedSchema(
  schema: JsonSchema,
  name: string,
  components: Record<string, unknown>,
): JsonSchema {
  return new Move(schema, name, components).moved(schema) as JsonSchema;
}

class Move {
  readonly #schema: JsonSchema;
  readonly #name: string;
  readonly #components: Record<string, unknown>;
  /** Whether the schema as a whole is a component, because it refers to itself. */
  #isComponent = false;

  constructor(schema: JsonSchema, name: string, components: Record<string, unknown>) {
    this.#schema = schema;
    this.#name = name;
    this.#components = components;
  }

  readonly moved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(this.moved);
    if (!isRecord(value)) return value;
    const { $defs, ...rest } = value;
    for (const [name, definition] of Object.entries(isRecord($defs) ? $defs : {}))
      this.#components[`${this.#name}.${componentKey(name)}`] = this.moved(definition);
    return Object.fromEntries(
      Object.entries(rest).map(([name, part]) => [
        name,
        name === "$ref" ? this.#reference(String(part)) : this.moved(part),
      ]),
    );
  };

  #reference(reference: string): string {
    if (!reference.startsWith("#")) return reference;
    const definition = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
    if (definition !== undefined) return `#/components/schemas/${this.#name}.${componentKey(definition)}`;
    this.#addWhole();
    return `#/components/schemas/${this.#name}${reference.slice(1)}`;
  }

  #addWhole(): void {
    if (this.#isComponent) return;
    this.#isComponent = true;
    this.#components[this.#name] = this.moved(this.#schema);
  }
}

/** As the key of a component may be: `/ws/rooms/:id` is `ws_rooms_id`. */
export function componentKey(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, "_").replace(/^_+(?=.)|_+$/g, "");
}
