// Server: the contracts of an app's routes, and their lines for a person.
import {
  hasAllSchemas,
  type ContractFacts,
  type JsonSchema,
} from "../../boundary/contract/contract-facts.ts";
import { typeText } from "../../boundary/contract/type-text.ts";
import type { LoadedApp } from "../../load/load-app.ts";

/** The messages of one route. Plain data. */
export interface RouteContract {
  readonly route: string;
  /** The script, by its name in the app. */
  readonly script: string;
  readonly messages: ContractFacts;
}

/** The contracts of the scripts that have one, by their routes. */
export function contractsOf({ scripts }: LoadedApp): RouteContract[] {
  return scripts
    .flatMap(({ file, messages }) =>
      messages === null ? [] : [{ route: file.route, script: file.name, messages }],
    )
    .sort((a, b) => (a.route < b.route ? -1 : 1));
}

/** A contract as people read it: a line for each message, and one if there are names alone. */
export function contractLines({ route, script, messages }: RouteContract): string[] {
  const { in: input, out, calls } = messages;
  return [
    `${route}  ${script}`,
    ...Object.entries(input).map(([name, schema]) => messageLine("in", name, schema)),
    ...Object.entries(out).map(([name, schema]) => messageLine("out", name, schema)),
    ...Object.entries(calls).map(
      ([name, call]) => `${messageLine("call", name, call.in)} -> ${typeText(call.out)}`,
    ),
    ...(hasAllSchemas(messages) ? [] : [NAMES_ALONE]),
  ];
}

function messageLine(direction: string, name: string, schema: JsonSchema | null): string {
  return `  ${direction.padEnd(4)}  ${name} ${schema === null ? "?" : typeText(schema)}`;
}

const NAMES_ALONE =
  "  of a message with ? only the name is known: there is no JSON Schema of it; see docs/contracts.md";
