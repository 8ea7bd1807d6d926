// Dialect: mistakes in the files of a registry that show before a client comes.
import type { FolderScript } from "../../../host/api/dialect.ts";
import { Endpoints } from "../registry/endpoints.ts";
import { isCode } from "../registry/module-path.ts";
import { ModuleRegistry } from "../registry/module-registry.ts";
import { missingModule } from "./missing-module.ts";

/** All mistakes in the artefacts, in the handlers that they name, and in the syntax of all modules: one line each. */
export function fileProblems(script: FolderScript): string[] {
  const registry = new ModuleRegistry(script);
  const endpoints = new Endpoints(registry);
  const modules = registry.codePaths.flatMap((path) => syntaxProblem(registry, path));
  return [...new Set([...endpoints.update(), ...handlerProblems(endpoints, registry), ...modules])];
}

/** The mistakes in the handlers of endpoints. They are compiled now, so that a mistake is reported when it is made. */
export function handlerProblems(endpoints: Endpoints, registry: ModuleRegistry): string[] {
  return Array.from(endpoints.byName.values()).flatMap(({ handler, file }) => {
    const path = registry.resolve(handler, null);
    const what = `${registry.nameOf(file)}: handler "${handler}"`;
    if (path === null) return [missingModule(registry, what, { id: handler }).message];
    return isCode(path) ? syntaxProblem(registry, path) : [];
  });
}

function syntaxProblem(registry: ModuleRegistry, path: string): string[] {
  try {
    registry.moduleAt(path);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
