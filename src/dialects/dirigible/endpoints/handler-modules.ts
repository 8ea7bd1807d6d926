import { describe } from "../../../boundary/shape.ts";
import type { Execution, DirigibleContext } from "../execution.ts";
import { ExecutionContext } from "../modules/execution-context.ts";
import { exportOf, ModuleGraph } from "../modules/module-graph.ts";
import type { ModuleGlobals } from "../script-globals.ts";

/** What a handler module is told. */
export interface HandlerCall {
  readonly method: "onOpen" | "onMessage" | "onError" | "onClose";
  /** The message, or the error's text. */
  readonly value?: string;
}

/** Runs handler modules: each event evaluates its module anew, as published. */
export class HandlerModules {
  readonly #context: DirigibleContext;
  /** Handlers that were told of an event they have no function for: a line for each is enough. */
  readonly #warned = new Set<string>();

  constructor(context: DirigibleContext) {
    this.#context = context;
  }

  /** Answers what the handler returned. What it throws is let through, for the caller to log. */
  call(handler: string, call: HandlerCall, globals: ModuleGlobals): unknown {
    const context = new ExecutionContext(contextOf(handler, call));
    const execution: Execution = {
      program: this.#context,
      globals: globals,
      context,
      session: null,
      clients: [],
    };
    const exports = new ModuleGraph(execution).load(handler, `handler "${handler}"`);
    const listener = exportOf(exports, call.method);
    if (listener === undefined) return this.#warn(handler, call.method);
    if (typeof listener !== "function") throw wrongExport(handler, call.method, listener);
    const args = call.value === undefined ? [] : [call.value];
    return (listener as (...args: readonly string[]) => unknown).apply(exports, args);
  }

  /** Whether the registry has the handler's module. */
  has(handler: string): boolean {
    return this.#context.registry.resolve(handler, null) !== null;
  }

  /** The files have changed: what is still missing is told again. */
  forget(): void {
    this.#warned.clear();
  }

  #warn(handler: string, method: string): void {
    const key = `${method} ${handler}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#context.script.warn(
      `handler "${handler}" exports no ${method}, so that event is not told; add exports.${method} = function …`,
    );
  }
}

function contextOf(handler: string, { method, value }: HandlerCall): [string, unknown][] {
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
