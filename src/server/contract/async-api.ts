// Server: the contracts of an app as an AsyncAPI 3 document.
import { isRecord } from "../../boundary/checks.ts";
import type { JsonSchema } from "../../boundary/contract/contract-facts.ts";
import type { RouteContract } from "./route-contract.ts";

/** The document, as plain data. An operation is what the server does: it receives `in` and requests, and sends `out`. */
export function asyncApi(info: ApiInfo, contracts: readonly RouteContract[]): Document {
  const document: Document = {
    asyncapi: "3.0.0",
    info,
    defaultContentType: "application/json",
    channels: {},
    operations: {},
    components: { messages: {}, schemas: {} },
  };
  for (const contract of contracts) new Channel(document, contract).add();
  return document;
}

export interface ApiInfo {
  readonly title: string;
  readonly version: string;
}

interface Document {
  readonly asyncapi: string;
  readonly info: ApiInfo;
  readonly defaultContentType: string;
  readonly channels: Record<string, unknown>;
  readonly operations: Record<string, unknown>;
  readonly components: {
    readonly messages: Record<string, unknown>;
    readonly schemas: Record<string, unknown>;
  };
}

/** One route. */
class Channel {
  readonly #document: Document;
  readonly #contract: RouteContract;
  readonly #id: string;
  readonly #messages: Record<string, unknown> = {};

  constructor(document: Document, contract: RouteContract) {
    this.#document = document;
    this.#contract = contract;
    this.#id = idOf(contract.route);
  }

  add(): void {
    const { route, script, messages } = this.#contract;
    for (const [name, schema] of Object.entries(messages.in)) this.#message("receive", "in", name, schema);
    for (const [name, schema] of Object.entries(messages.out)) this.#message("send", "out", name, schema);
    for (const [name, call] of Object.entries(messages.calls)) this.#call(name, call);
    const parameters = parametersOf(route);
    this.#document.channels[this.#id] = {
      address: addressOf(route),
      description: `The script ${script}`,
      messages: this.#messages,
      ...(parameters === null ? {} : { parameters }),
    };
  }

  #message(action: "receive" | "send", direction: string, name: string, schema: JsonSchema | null): void {
    const payload = withFields(schema, { type: { const: name } });
    const message = this.#declare(`${direction}_${name}`, name, payload);
    this.#operation(`${direction}_${name}`, { action, messages: [message] });
  }

  // Over the subprotocol parlor.v1, in binary frames that begin with the byte 2.
  #call(name: string, call: { readonly in: JsonSchema | null; readonly out: JsonSchema | null }): void {
    const id = { type: "integer" };
    const request = envelope({ type: { const: "request" }, id, name: { const: name }, data: call.in ?? {} });
    const reply = envelope({ type: { const: "reply" }, id, data: call.out ?? {} });
    const messages = [this.#declare(`call_${name}`, name, request)];
    const replies = [this.#declare(`reply_${name}`, name, reply)];
    const answer = { channel: { $ref: `#/channels/${this.#id}` }, messages: replies };
    this.#operation(`call_${name}`, { action: "receive", messages, reply: answer });
  }

  #declare(key: string, name: string, payload: JsonSchema): Reference {
    const local = idOf(key);
    const whole = `${this.#id}.${local}`;
    const { components } = this.#document;
    components.messages[whole] = { name, payload: withoutDefinitions(payload, whole, components.schemas) };
    this.#messages[local] = { $ref: `#/components/messages/${whole}` };
    return { $ref: `#/channels/${this.#id}/messages/${local}` };
  }

  #operation(key: string, operation: Readonly<Record<string, unknown>>): void {
    const channel = { $ref: `#/channels/${this.#id}` };
    this.#document.operations[`${this.#id}.${idOf(key)}`] = { channel, ...operation };
  }
}

interface Reference {
  readonly $ref: string;
}

function envelope(properties: JsonSchema): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties) };
}

// The name lies beside the fields of the data, so a schema of an object takes it in.
function withFields(schema: JsonSchema | null, properties: JsonSchema): JsonSchema {
  const names = Object.keys(properties);
  if (schema === null) return { type: "object", properties, required: names };
  if (schema["type"] !== "object")
    return { allOf: [{ type: "object", properties, required: names }, schema] };
  const own = isRecord(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return { ...schema, properties: { ...properties, ...own }, required: [...names, ...required] };
}

// In a document, `#` is the document: what a schema defines itself moves to its components.
function withoutDefinitions(schema: JsonSchema, owner: string, schemas: Record<string, unknown>): unknown {
  const moved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(moved);
    if (!isRecord(value)) return value;
    const entries = Object.entries(value).filter(([name]) => name !== "$defs");
    for (const [name, definition] of Object.entries(isRecord(value["$defs"]) ? value["$defs"] : {}))
      schemas[`${owner}.${idOf(name)}`] = moved(definition);
    return Object.fromEntries(
      entries.map(([name, part]) => [
        name,
        name === "$ref" ? movedReference(String(part), owner) : moved(part),
      ]),
    );
  };
  return moved(schema);
}

function movedReference(reference: string, owner: string): string {
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
  if (name !== undefined) return `#/components/schemas/${owner}.${idOf(name)}`;
  return reference === "#" ? `#/components/messages/${owner}/payload` : reference;
}

/** `/ws/rooms/:id` is `ws_rooms_id`. */
function idOf(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, "_").replace(/^_+(?=.)|_+$/g, "");
}

/** `/ws/rooms/:id` is `/ws/rooms/{id}`. */
function addressOf(route: string): string {
  return route.replace(PARAMETER, (_whole, name: string | undefined) => `{${name ?? "path"}}`);
}

function parametersOf(route: string): Record<string, object> | null {
  const names = Array.from(route.matchAll(PARAMETER), ([, name]) => name ?? "path");
  return names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, {}]));
}

const PARAMETER = /:(\w+)|\*\*(?::\w+)?/g;
