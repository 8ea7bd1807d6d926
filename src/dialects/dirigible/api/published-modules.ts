// Dialect: the published modules, by their ids.
import type { Execution } from "../state/execution.ts";
import { responseModule } from "./response-module.ts";
import { websocketModule } from "./websocket-module.ts";
import { websocketsModule } from "./websockets-module.ts";

/** Including the aliases. Each maker is called once per execution. */
export const PUBLISHED_MODULES: ReadonlyMap<string, MakeModule> = new Map<string, MakeModule>([
  ["net/v4/websockets", websocketsModule],
  ["net/websockets", websocketsModule],
  ["net/websocket", websocketModule],
  ["service/websocket", websocketModule],
  ["core/v4/globals", globalsModule],
  ["core/globals", globalsModule],
  ["core/v4/context", contextModule],
  ["core/context", contextModule],
  ["http/v4/response", responseModule],
  ["http/response", responseModule],
]);

/** Makes a published module for one execution. */
type MakeModule = (execution: Execution) => object;

function globalsModule({ program }: Execution): object {
  const { get, set, list } = program.sharedValues;
  return { get, set, list };
}

function contextModule({ context }: Execution): object {
  return {
    get: (name: unknown) => context.get(name),
    set: (name: unknown, value: unknown) => context.set(name, value),
  };
}
