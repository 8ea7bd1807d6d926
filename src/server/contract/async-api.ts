// Server: the contracts of an app as an AsyncAPI 3 document.
import { isRecord } from "../../boundary/checks.ts";
import type { JsonSchema } from "../../boundary/contract/contract-facts.ts";
import { componentKey, movedSchema } from "./moved-schema.ts";
import type { RouteContract } from "./route-contract.ts";
import { UniqueNames } from "./unique-names.ts";

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
  const ids = new UniqueNames();
  for (const contract of contracts)
    new Channel(document, contract, ids.of(componentKey(contract.route))).add();
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
  readonly #names = new UniqueNames();
  readonly #messages: Record<string, unknown> = {};

  constructor(document: Document, contract: RouteContract, id: string) {
    this.#document = document;
    this.#contract = contract;
    this.#id = id;
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
    const local = this.#names.of(componentKey(`${direction}_${name}`));
    const payload = withFields(this.#resolved(schema, local), { type: { const: name } });
    this.#operation(local, { action, messages: [this.#declare(local, name, payload)] });
  }

  // Over the subprotocol parlor.v1, in binary frames that begin with the byte 2.
  #call(name: string, call: { readonly in: JsonSchema | null; readonly out: JsonSchema | null }): void {
    const [asked = "", replied = ""] = ["call", "reply"].map((kind) =>
      this.#names.of(componentKey(`${kind}_${name}`)),
    );
    const id = { type: "integer" };
    const data = this.#resolved(call.in, asked) ?? {};
    const request = envelope({ type: { const: "request" }, id, name: { const: name }, data });
    const reply = envelope({ type: { const: "reply" }, id, data: this.#resolved(call.out, replied) ?? {} });
    const messages = [this.#declare(asked, name, request)];
    const replies = [this.#declare(replied, name, reply)];
    const answer = { channel: { $ref: `#/channels/${this.#id}` }, messages: replies };
    this.#operation(asked, { action: "receive", messages, reply: answer });
  }

  #declare(local: string, name: string, payload: JsonSchema): Reference {
    const whole = `${this.#id}.${local}`;
    this.#document.components.messages[whole] = { name, payload };
    this.#messages[local] = { $ref: `#/components/messages/${whole}` };
    return { $ref: `#/channels/${this.#id}/messages/${local}` };
  }

  #operation(local: string, operation: Readonly<Record<string, unknown>>): void {
    const channel = { $ref: `#/channels/${this.#id}` };
    this.#document.operations[`${this.#id}.${local}`] = { channel, ...operation };
  }

  #resolved(schema: JsonSchema | null, local: string): JsonSchema | null {
    const { schemas } = this.#document.components;
    return schema === null ? null : movedSchema(schema, `${this.#id}.${local}`, schemas);
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

/** `/ws/rooms/:id` is `/ws/rooms/{id}`. */
function addressOf(route: string): string {
  return route.replace(PARAMETER, (_whole, name: string | undefined) => `{${name ?? "path"}}`);
}

function parametersOf(route: string): Record<string, object> | null {
  const names = Array.from(route.matchAll(PARAMETER), ([, name]) => name ?? "path");
  return names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, {}]));
}

const PARAMETER = /:(\w+)|\*\*(?::\w+)?/g;
