// Server: the contracts of an app as TypeScript, for clients that cannot import its scripts.
import type { CallFacts, JsonSchema, MessageFacts } from "../../boundary/contract/contract-facts.ts";
import { keyText, typeText } from "../../boundary/contract/type-text.ts";
import type { RouteContract } from "./route-contract.ts";
import { UniqueNames } from "./unique-names.ts";

/** The text of a `.d.ts`: an interface for each route, which takes the place of `typeof import("../ws/chat.ts")`. */
export function contractTypes(contracts: readonly RouteContract[]): string {
  const names = new UniqueNames();
  const interfaces = contracts.map((contract) => interfaceOf(contract, names.of(nameOf(contract.script))));
  return [HEAD, ...interfaces].join("\n");
}

function interfaceOf({ route, script, messages }: RouteContract, name: string): string {
  return [
    `/** The route ${route}, of ${script}. */`,
    `export interface ${name} {`,
    "  readonly messages: {",
    ...section("in", messages.in),
    ...section("out", messages.out),
    ...callLines(messages.calls),
    "  };",
    "}",
    "",
  ].join("\n");
}

function section(name: string, messages: MessageFacts): string[] {
  const lines = Object.entries(messages).map(
    ([key, schema]) => `      readonly ${keyText(key)}: ${typed(schema)};`,
  );
  return [`    readonly ${name}: {`, ...lines, "    };"];
}

function callLines(calls: Readonly<Record<string, CallFacts>>): string[] {
  const lines = Object.entries(calls).map(
    ([key, call]) =>
      `      readonly ${keyText(key)}: { readonly in: ${typed(call.in)}; readonly out: ${typed(call.out)} };`,
  );
  return ["    readonly calls: {", ...lines, "    };"];
}

function typed(schema: JsonSchema | null): string {
  return `Schema<${typeText(schema)}>`;
}

// `ws/rooms/[id].ts` is `WsRoomsId`.
function nameOf(script: string): string {
  const words = script.replace(/\.\w+$/, "").split(/[^A-Za-z0-9]+/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

const HEAD = `// Made by: parlor types. Do not edit: make it again when a contract has changed.

interface Schema<Data> {
  readonly "~standard": { readonly types?: { readonly input: Data; readonly output: Data } | undefined };
}
`;
