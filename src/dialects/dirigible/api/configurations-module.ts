// Dialect: the published module `core/v4/configurations`.
import { stringFor } from "../../../boundary/checks.ts";
import { fileProblem } from "../common/checks.ts";
import { pathFrom } from "../registry/module-path.ts";
import type { Execution } from "../state/execution.ts";
import { environmentOf } from "./env-module.ts";

/** Settings by their keys: those that modules set, then the environment, then those of files that modules load. */
export function configurationsModule(execution: Execution): object {
  const { configurations } = execution.program;
  const environment = environmentOf(execution);
  const keyFor = (call: string, key: unknown): string => stringFor(`configurations.${call}`, "key", key);
  return {
    get: (key: unknown, fallback: unknown = null) =>
      configurations.get(keyFor("get", key), environment) ?? fallback,
    set: configurations.set,
    remove: (key: unknown) => configurations.remove(keyFor("remove", key)),
    getKeys: () => configurations.keys(environment),
    load: (path: unknown) =>
      configurations.load(textAt(execution.program, stringFor("configurations.load", "path", path))),
    update: () => undefined,
    ...systemCalls(execution),
  };
}

function textAt({ registry }: Execution["program"], id: string): string {
  const path = pathFrom(id, null);
  const text = path === null ? undefined : registry.textOf(path);
  if (text !== undefined) return text;
  const name = registry.nameOf(path ?? id);
  throw fileProblem(`configurations.load: there is no ${name}; give a file's path in the registry`);
}

function systemCalls({ globals }: Execution): object {
  const platform = (globals.values["process"] as { readonly platform: string } | undefined)?.platform ?? "";
  return {
    getOS: () => SYSTEMS.get(platform) ?? platform,
    isOSWindows: () => platform === "win32",
    isOSMac: () => platform === "darwin",
    isOSUNIX: () => platform !== "win32",
    isOSSolaris: () => platform === "sunos",
  };
}

/** The names that Java gives to systems, by Node's. */
const SYSTEMS: ReadonlyMap<string, string> = new Map([
  ["win32", "Windows"],
  ["darwin", "Mac OS X"],
  ["linux", "Linux"],
  ["sunos", "SunOS"],
  ["freebsd", "FreeBSD"],
]);
