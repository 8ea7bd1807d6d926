// Dialect: runs the handler modules of endpoints and outbound clients.
import { describe } from "../../../boundary/text/describe.ts";
import type { DirigibleContext } from "../state/context.ts";
import type { Execution } from "../state/execution.ts";
import { ExecutionContext } from "../state/execution-context.ts";
import { ModuleGraph } from "./module-graph.ts";
import { exportOf } from "./module-imports.ts";
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
    const exports = this.#evaluate(handler, new ExecutionContext(contextOf(handler, call)), globals);
    const listener = exportOf(exports, call.method);
    if (listener === undefined) return this.#warn(handler, call.method);
    if (typeof listener !== "function") throw wrongExport(handler, call.method, listener);
    return (listener as Listener).apply(exports, argumentsOf(call, listener as Listener));
  }

  /** Whether it wants each of its clients once per cluster. Without the word in its text, its code is not run for that. */
  runsOnce(handler: string, globals: ModuleGlobals): boolean {
    const { registry } = this.#context;
    const path = registry.resolve(handler, null);
    if (path === null || !/\bruns\b/.test(registry.textOf(path) ?? "")) return false;
    const runs = exportOf(this.#evaluate(handler, new ExecutionContext(), globals), "runs");
    if (runs === "cluster" || runs === "node" || runs === undefined) return runs === "cluster";
    throw new TypeError(
      `handler "${handler}" exports runs as ${describe(runs)}; it must be "cluster" or "node"`,
    );
  }

  /** Whether the registry has the handler's module. */
  has(handler: string): boolean {
    return this.#context.registry.resolve(handler, null) !== null;
  }

  /** The files have changed: functions that are still missing are reported again. */
  forget(): void {
    this.#warned.clear();
  }

  #evaluate(handler: string, context: ExecutionContext, globals: ModuleGlobals): unknown {
    const execution: Execution = {
      program: this.#context,
      globals,
      context,
      session: null,
      clients: [],
    };
    return new ModuleGraph(execution).load(handler, `handler "${handler}"`);
  }

  #warn(handler: string, method: string): void {
    const key = `${method} ${handler}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    const { registry, script } = this.#context;
    const fix = registry.isEsModule(handler)
      ? `export function ${method}() …`
      : `exports.${method} = function …`;
    script.warn("PARLOR_HANDLER_NAME/module", { handler, method, fix });
  }
}

/** One call of a handler module. */
export interface HandlerCall {
  readonly method: "onOpen" | "onMessage" | "onError" | "onClose";
  /** The message, or the error's text. Published since version 8: `null` for a message without a text. */
  readonly value?: string | null;
  /** Who has sent the message. Published since version 8. */
  readonly from?: string | null;
  /** Whether only a handler that declares `from` gets it: before version 8, a message alone was published. */
  readonly isFromOptional?: boolean;
}

type Listener = (...args: readonly unknown[]) => unknown;

function argumentsOf({ value, from, isFromOptional = false }: HandlerCall, listener: Listener): unknown[] {
  if (value === undefined) return [];
  return from === undefined || (isFromOptional && listener.length < 2) ? [value] : [value, from];
}

function contextOf(handler: string, { method, value, from }: HandlerCall): [string, unknown][] {
  const entries: [string, unknown][] = [
    ["method", method.toLowerCase()],
    ["handler", handler],
  ];
  if (value !== undefined) entries.push([method === "onError" ? "error" : "message", value]);
  if (from !== undefined) entries.push(["from", from]);
  return entries;
}

function wrongExport(handler: string, method: string, value: unknown): TypeError {
  return new TypeError(`handler "${handler}" exports ${method} as ${describe(value)}; it must be a function`);
}
