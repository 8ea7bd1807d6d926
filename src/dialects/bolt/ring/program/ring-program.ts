// Dialect: a running Ring program: its global variables, functions and classes. Compiled code reaches it as `$ring`.
import { lowerAscii } from "../runtime/bytes.ts";
import type { Builtin, Builtins, RingRun } from "../runtime/builtin.ts";
import type { Callee, Global } from "./cells.ts";
import { asText, exactly } from "../library/common/arguments.ts";
import { helpersOf } from "./helpers.ts";
import { languageError } from "../runtime/language-errors.ts";
import { Operators } from "./operators.ts";
import { caughtText } from "./caught-text.ts";
import { RingBye } from "./ring-bye.ts";
import { reflectionOf } from "./reflection.ts";
import { RingClasses, RingFile, type ClassDefinition } from "./ring-classes.ts";
import { RingError } from "../runtime/ring-error.ts";
import { RingList, type RingCode, type RingObject, type RingValue } from "../runtime/values.ts";

/** All files of a program share it. */
export class RingProgram {
  readonly run: RingRun;
  readonly classes = new RingClasses();
  /** The functions that compiled code calls for all that is not a plain JavaScript operation. */
  readonly helpers: ReturnType<typeof helpersOf>;
  readonly #globals = new Map<string, Global>();
  readonly #callees = new Map<string, Callee>();
  /** The functions that the program itself defines. */
  readonly functions = new Set<string>();
  readonly builtins: ReadonlySet<string>;
  readonly #loaded = new Set<object>();
  readonly #methods = new Map<RingCode, RingCode>();
  #anonymous = 0;

  constructor(run: RingRun, builtins: Builtins) {
    this.run = run;
    this.helpers = helpersOf(this, new Operators(run));
    const all: Builtins = {
      ...builtins,
      ...reflectionOf(this),
      optionalfunc: exactly(1, (_, [name]) => this.#optional(lowerAscii(asText(name)))),
    };
    this.builtins = new Set(Object.keys(all));
    for (const [name, builtin] of Object.entries(all)) this.callee(name).code = this.#codeOf(name, builtin);
    for (const [name, value] of PREDEFINED) this.global(name).value = value;
    this.global("sysargv").value = new RingList([]);
  }

  global(name: string): Global {
    const known = this.#globals.get(name);
    if (known !== undefined) return known;
    const made: Global = { value: undefined };
    this.#globals.set(name, made);
    return made;
  }

  /** What calls of this name run. A function of the program takes the place of a built-in one. */
  callee(name: string): Callee {
    const known = this.#callees.get(name);
    if (known !== undefined) return known;
    const made: Callee = {
      code: () => {
        throw languageError("R3", name);
      },
    };
    this.#callees.set(name, made);
    return made;
  }

  /** `method`: the same function for an object that gets it as a method. */
  define(name: string, code: RingCode, method?: RingCode): void {
    if (method !== undefined) this.#methods.set(code, method);
    if (this.functions.has(name)) throw languageError("R53", name);
    this.functions.add(name);
    this.callee(name).code = code;
  }

  /** Defines a function without a name, and returns the name by which it is called. */
  anonymous(code: RingCode, method?: RingCode): string {
    const name = `_ring_anonymous_func_${++this.#anonymous}`;
    this.define(name, code, method);
    return name;
  }

  /** What a function runs as a method. */
  methodOf(code: RingCode): RingCode {
    return this.#methods.get(code) ?? code;
  }

  defineClass(definition: ClassDefinition): void {
    this.classes.define(definition);
  }

  file(): RingFile {
    return new RingFile();
  }

  /** Runs the statements of the first file, then its function `main`. */
  start(body: () => void): void {
    try {
      body();
      if (this.functions.has("main")) this.callee("main").code(null);
    } catch (error) {
      if (!(error instanceof RingBye)) throw error;
    }
  }

  /** Runs the statements of another file, once. A file that is being run already has no statements for this place. */
  load({ body }: { readonly body?: () => void }): void {
    if (body === undefined || this.#loaded.has(body)) return;
    this.#loaded.add(body);
    body();
  }

  globalNames(): string[] {
    const own = [...this.#globals].filter(([name, { value }]) => value !== undefined && !OF_RING.has(name));
    return own.map(([name]) => name);
  }

  /** What `call` with this value runs. In a method or in braces, methods come first. */
  calleeOf(value: RingValue, self: RingObject | null): RingCode {
    if (typeof value !== "string") throw languageError("R32");
    const name = lowerAscii(value);
    const code = self?.ringClass.all[name] ?? this.#callees.get(name)?.code;
    if (code === undefined) throw languageError("R3", name);
    return code;
  }

  /** What `cCatchError` holds for an error. Those that must not be caught are thrown again. */
  caught(error: unknown): void {
    if (error instanceof RingBye) throw error;
    this.global("ccatcherror").value = caughtText(error);
  }

  // A function of this name does nothing, unless the program defines one.
  #optional(name: string): string {
    if (!this.functions.has(name)) this.callee(name).code = () => 0;
    return "";
  }

  // What a function returns is in no place, unless it is one of the lists that it was given.
  #codeOf(name: string, builtin: Builtin): RingCode {
    const { run } = this;
    return (_self, ...args) => {
      try {
        const result = builtin(run, args);
        if (typeof result === "object" && !args.includes(result)) result.isTemporary = true;
        return result;
      } catch (error) {
        if (error instanceof RingError && error.builtin === "") error.builtin = name;
        throw error;
      }
    };
  }
}

const OF_RING: ReadonlySet<string> = new Set(
  "true false nl null ccatcherror sysargv tab cr $bolt".split(" "),
);

const PREDEFINED: readonly (readonly [string, RingValue])[] = [
  ["true", 1],
  ["false", 0],
  ["null", ""],
  ["nl", "\n"],
  ["tab", "\t"],
  ["cr", "\r"],
  ["ccatcherror", "NULL"],
];
