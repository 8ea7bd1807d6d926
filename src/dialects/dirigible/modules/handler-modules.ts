// Dialect: runs the handler modules of endpoints and outbound clients.
import { describe } from "../../../boundary/shape.ts";
import type { DirigibleContext } from "../state/context.ts";
import type { Execution } from "../state/execution.ts";
import { ExecutionContext } from "../state/execution-context.ts";
import { exportOf, ModuleGraph } from "./module-graph.ts";
import type { ModuleGlobals } from "../common/module-globals.ts";

/** Published: each event evaluates its module again. */
export class HandlerModules {
  readonly #context: DirigibleContext;
  /** The missing functions that have been reported, one line each. */
  readonly #warned = new Set<string>();

  constructor(context: DirigibleContext) {
    this.#context = context;
  }

  /** Returns the handler's result. A fault is thrown on, for the caller to log. */
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

  /** The files have changed: functions that are still missing are reported again. */
  forget(): void {
    this.#warned.clear();
  }

  #warn(handler: string, method: string): void {
    const key = `${method} ${handler}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#context.script.warn("PARLOR_HANDLER_NAME/module", { handler, method });
  }
}

/** One call of a handler module. */
export interface HandlerCall {
  readonly method: "onOpen" | "onMessage" | "onError" | "onClose";
  /** The message, or the error's text. */
  readonly value?: string;
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
