// Dialect: the functions of a Ring program that Bolt calls.
import { nearest } from "../../../../boundary/text/nearest.ts";
import type { CallbackProblem } from "../../routes/callback.ts";
import type { RingProgram } from "../program/ring-program.ts";
import { RingBye } from "../program/ring-bye.ts";
import { lowerAscii, toText } from "../runtime/bytes.ts";
import { readable } from "./readable-error.ts";
import type { RingValue } from "../runtime/values.ts";
import { toRing } from "./js-values.ts";

/** A name is looked up at each call, so a function may be defined after its route. */
export class RingCallbacks {
  readonly #program: RingProgram;
  readonly #onReturn: () => void;
  readonly #named: { readonly where: string; readonly name: string }[] = [];

  /** `onReturn`: called after each call, whatever its result. */
  constructor(program: RingProgram, onReturn: () => void) {
    this.#program = program;
    this.#onReturn = onReturn;
  }

  /** A function for Bolt that calls the one of this name; any other value as it is, for Bolt's own checks. */
  functionOf(where: string, name: RingValue): unknown {
    if (typeof name !== "string" || name === "") return name;
    this.#named.push({ where, name });
    return (...args: readonly unknown[]): void => this.#run(name, args);
  }

  /** The problem of each name to which no function belongs. */
  problems(): CallbackProblem[] {
    const { functions, builtins } = this.#program;
    const missing = this.#named.filter(
      ({ name }) => !functions.has(lowerAscii(name)) && !builtins.has(lowerAscii(name)),
    );
    return missing.map(({ where, name }) => {
      const meant = nearest(toText(name), [...functions].map(toText));
      const fix = meant === null ? `write "func ${toText(name)}"` : `did you mean "${meant}"?`;
      return { where, name: toText(name), fix };
    });
  }

  // The error handler reads the error's text in `cCatchError`, and gets it if it takes a parameter.
  #run(name: string, args: readonly unknown[]): void {
    try {
      const code = this.#program.calleeOf(name, null);
      code(null, ...args.slice(0, code.length - 1).map(argumentOf));
    } catch (error) {
      if (error instanceof RingBye) return;
      this.#program.caught(error);
      throw readable(error);
    } finally {
      this.#onReturn();
    }
  }
}

function argumentOf(value: unknown): RingValue {
  return toRing(value instanceof Error ? value.message : value);
}
