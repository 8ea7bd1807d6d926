// Dialect: the published modules, by their ids.
import type { MakeModule } from "../state/execution.ts";
import { configurationsModule } from "./configurations-module.ts";
import { envModule } from "./env-module.ts";
import { loggingModule } from "./logging-module.ts";
import { requestModule } from "./request-module.ts";
import { responseModule } from "./response-module.ts";
import { sdkModules } from "./sdk-modules.ts";
import { uuidModule } from "./uuid-module.ts";
import { websocketModule } from "./websocket-module.ts";
import { websocketsModule } from "./websockets-module.ts";

const globalsModule: MakeModule = ({ program }) => {
  const { get, set, list } = program.sharedValues;
  return { get, set, list };
};

const contextModule: MakeModule = ({ context: { get, set } }) => ({ get, set });

/** Including the aliases of all versions. Each maker is called once per execution. */
export const PUBLISHED_MODULES: ReadonlyMap<string, MakeModule> = new Map<string, MakeModule>([
  ...named(["net/v4/websockets", "net/websockets"], websocketsModule),
  ...named(["net/websocket", "service/websocket", "api/net/websocket", "api/io/websocket"], websocketModule),
  ...named(["core/v4/globals", "core/globals", "api/globals"], globalsModule),
  ...named(["core/v4/context", "core/context", "api/context"], contextModule),
  ...named(["core/v4/env", "core/env"], envModule),
  ...named(["core/v4/configurations", "core/configurations"], configurationsModule),
  ...named(["http/v4/request", "http/request"], requestModule),
  ...named(["http/v4/response", "http/response"], responseModule),
  ...named(["log/v4/logging", "log/logging"], loggingModule),
  ...named(["utils/v4/uuid", "utils/uuid"], uuidModule),
  ...sdkModules({
    net: { websockets: { name: "Websockets", make: websocketsModule } },
    core: {
      globals: { name: "Globals", make: globalsModule },
      context: { name: "Context", make: contextModule },
      env: { name: "Env", make: envModule },
      configurations: { name: "Configurations", make: configurationsModule },
    },
    http: {
      request: { name: "Request", make: requestModule },
      response: { name: "Response", make: responseModule },
    },
    log: { logging: { name: "Logging", make: loggingModule } },
    utils: { uuid: { name: "UUID", make: uuidModule } },
  }),
]);

function named(ids: readonly string[], make: MakeModule): [string, MakeModule][] {
  return ids.map((id) => [id, make]);
}
