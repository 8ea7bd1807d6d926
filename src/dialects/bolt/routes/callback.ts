// Dialect: a callback of a Bolt route: a function, or the name of one that the program exports.
import { errorText, type ErrorValues } from "../../../boundary/errors.ts";
import { nearest } from "../../../boundary/text/nearest.ts";
import { describePayload } from "../../../boundary/payload.ts";

/** Published: "a function name"; here also a function; "" for none. */
export class Callback {
  /** The published call and argument, for error texts: `ws("/chat"): onMessage`. */
  readonly where: string;
  readonly #target: unknown;

  constructor(where: string, target: unknown) {
    if (typeof target !== "function" && typeof target !== "string") {
      const wanted = "a function, the name of an exported function";
      throw new TypeError(`${where} must be ${wanted} or "", got ${describePayload(target)}`);
    }
    this.where = where;
    this.#target = target;
  }

  get isNone(): boolean {
    return this.#target === "";
  }

  /** The problem with its name, or null. A name is looked up at each event, as in Ring. */
  problem(exports: Exports): CallbackProblem | null {
    const target = this.#target;
    if (typeof target !== "string" || target === "") return null;
    if (Object.hasOwn(exports, target) && typeof exports[target] === "function") return null;
    const functions = Object.keys(exports).filter((name) => typeof exports[name] === "function");
    const meant = nearest(target, functions);
    const fix = meant === null ? `write "export function ${target}"` : `did you mean "${meant}"?`;
    return { where: this.where, name: target, fix };
  }

  call(exports: Exports, ...args: readonly unknown[]): unknown {
    const problem = this.problem(exports);
    if (problem !== null) throw new TypeError(errorText("PARLOR_HANDLER_NAME/callback", problem));
    const run = typeof this.#target === "string" ? exports[this.#target] : this.#target;
    return (run as (...args: readonly unknown[]) => unknown)(...args);
  }
}

/** The name to which no exported function belongs, and what to do. */
export type CallbackProblem = ErrorValues<"PARLOR_HANDLER_NAME/callback">;

type Exports = Readonly<Record<string, unknown>>;
