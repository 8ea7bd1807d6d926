// Server: runs the tasks of an app, and modules of its registry.
import type { RunEvent } from "../../boundary/events.ts";
import { ParlorError } from "../../boundary/errors.ts";
import type { TaskOutcome, TaskWatch } from "../../front/task-runs.ts";
import { makeHost } from "../../host/make-host.ts";
import type { LoadedApp } from "../../load/load-app.ts";
import type { Engine } from "../engine/engine.ts";
import { planTask, type HostSettings } from "../engine/plan.ts";
import { hintFor } from "./unknown-name.ts";
import { scriptKey } from "../../boundary/script-key.ts";

/**
 * Runs a task by its name, or a module of a program that is a folder. A task has its own host; a module runs in the host
 * of its program, which continues afterwards.
 */
export async function runAppTask(
  task: TaskRequest,
  { engine, app, settings }: TaskApp,
): Promise<TaskOutcome> {
  const { name, watch } = task;
  const { tasks } = engine.installer.deployment;
  const script = tasks.get(name) ?? tasks.get(withoutFolder(name));
  if (script !== undefined) return await engine.tasks.run(planTask(script, settings), makeHost, watch);
  const module = moduleOf(name, app);
  if (module === null) throw unknownTask(name, [...tasks.keys()]);
  const slot = engine.installer.routing.slots.get(module.script) ?? 0;
  return await engine.tasks.runOn(slot, module, watch);
}

// `./tasks/cleanup.ts`, as a shell completes it, is `cleanup`.
function withoutFolder(name: string): string {
  return name.replace(/^(?:\.\/)?(?:tasks\/)?/, "").replace(/\.(?:ts|mts|js|mjs)$/, "");
}

export interface TaskRequest {
  readonly name: string;
  readonly watch: TaskWatch;
}

/** The app whose tasks run, as it is served. */
export interface TaskApp {
  readonly engine: Engine;
  readonly app: LoadedApp;
  readonly settings: HostSettings;
}

// A module is named by its path in the registry or in the app, with or without its extension.
function moduleOf(name: string, { scripts }: LoadedApp): RunEvent | null {
  for (const { spec } of scripts) {
    const { files = [], info } = spec;
    const path = name.startsWith(`${info.name}/`)
      ? name.slice(info.name.length + 1)
      : name.replace(/^\//, "");
    const paths = [path, `${path}.js`, `${path}.mjs`, `${path}.ts`];
    const file = files.find((one) => paths.includes(one.path));
    if (file !== undefined) return { kind: "run", script: scriptKey(info), due: 0, module: file.path };
  }
  return null;
}

function unknownTask(name: string, known: readonly string[]): ParlorError {
  if (known.length === 0) return new ParlorError("PARLOR_TASK_UNKNOWN/none", { name });
  return new ParlorError("PARLOR_TASK_UNKNOWN/name", { name, hint: hintFor(name, known) });
}
