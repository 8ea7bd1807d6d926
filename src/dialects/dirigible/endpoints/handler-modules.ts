import { describe } from "../../../boundary/shape.ts";
import type { Execution, Services } from "../execution.ts";
import { ExecutionContext } from "../modules/execution-context.ts";
import { exportOf, ModuleGraph } from "../modules/module-graph.ts";
import type { World } from "../script-globals.ts";

/** What a handler module is told. */
export interface Telling {
  readonly method: "onOpen" | "onMessage" | "onError" | "onClose";
  /** The message, or the error's text. */
  readonly value?: string;
}

/** Runs handler modules: each event evaluates its module anew, as published. */
export class Handlers {
  readonly #services: Services;
  /** Handlers that were told of an event they have no function for: a line for each is enough. */
  readonly #warned = new Set<string>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Answers what the handler returned. What it throws is let through, for the caller to log. */
  tell(handler: string, telling: Telling, world: World): unknown {
    const context = new ExecutionContext(contextOf(handler, telling));
    const execution: Execution = { services: this.#services, world, context, session: null, clients: [] };
    const exports = new ModuleGraph(execution).load(handler, `handler "${handler}"`);
    const listener = exportOf(exports, telling.method);
    if (listener === undefined) return this.#warn(handler, telling.method);
    if (typeof listener !== "function") throw wrongExport(handler, telling.method, listener);
    const args = telling.value === undefined ? [] : [telling.value];
    return (listener as (...args: readonly string[]) => unknown).apply(exports, args);
  }

  /** Whether the registry has the handler's module. */
  has(handler: string): boolean {
    return this.#services.registry.resolve(handler, null) !== null;
  }

  /** The files have changed: what is still missing is told again. */
  forget(): void {
    this.#warned.clear();
  }

  #warn(handler: string, method: string): void {
    const key = `${method} ${handler}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#services.side.warn(
      `handler "${handler}" exports no ${method}, so that event is not told; add exports.${method} = function …`,
    );
  }
}

function contextOf(handler: string, { method, value }: Telling): [string, unknown][] {
  const entries: [string, unknown][] = [
    ["method", method.toLowerCase()],
    ["handler", handler],
  ];
  if (value !== undefined) entries.push([method === "onError" ? "error" : "message", value]);
  return entries;
}

function wrongExport(handler: string, method: string, value: unknown): TypeError {
  return new TypeError(`handler "${handler}" exports ${method} as ${describe(value)}; it must be a function`);
}
