// Host: the files of an app's `shared/` folder.
import type { CompileSource } from "../../boundary/host-spec.ts";
import { compileScript, type CompiledScript } from "./compile-script.ts";

/** A host evaluates each file once, for all scripts that import it. */
export class SharedModules {
  readonly #sources: ReadonlyMap<string, CompileSource>;
  readonly #injected: Readonly<Record<string, unknown>>;
  readonly #compiled = new Map<string, CompiledScript>();
  readonly #states = new Map<string, State>();

  constructor(sources: Iterable<CompileSource>, injected: Readonly<Record<string, unknown>>) {
    this.#sources = new Map([...sources].map((source) => [source.file, source]));
    this.#injected = injected;
  }

  /**
   * Evaluates files and what they import in turn, waiting for those that await at their top level. A host does so
   * before it instantiates a script that imports them, because an instance itself must not have to wait.
   */
  async prepare(files: Iterable<string>, seen: Set<string> = new Set()): Promise<void> {
    for (const file of files) {
      if (seen.has(file)) continue;
      // Known before what it imports is evaluated: a file that imports it in turn must not evaluate it first.
      const state = this.#state(file);
      await this.prepare(this.#sources.get(file)?.shared ?? [], seen.add(file));
      this.#start(state);
      await state.settled;
      this.get(file);
    }
  }

  /** Whether one of the files, or of those that they import, awaits at its top level. */
  mustPrepare(files: Iterable<string>, seen: Set<string> = new Set()): boolean {
    for (const file of files) {
      const source = this.#sources.get(file);
      if (source === undefined || seen.has(file)) continue;
      if (source.async || this.#isWaiting(source)) return true;
      if (this.mustPrepare(source.shared, seen.add(file))) return true;
    }
    return false;
  }

  /** Returns the exports of a shared file, evaluated at the first call. Scripts have it as `__shared`. */
  readonly get = (file: string): Exports => {
    const known = this.#states.get(file);
    const state = known ?? this.#state(file);
    if (known === undefined) this.#start(state);
    if (state.failed !== null) throw state.failed.error;
    return state.exports;
  };

  // Its packages await at their top level, or it has not been evaluated since they were loaded.
  #isWaiting(source: CompileSource): boolean {
    const state = this.#states.get(source.file);
    const isUnderWay = state !== undefined && (!state.isStarted || state.settled !== null);
    return isUnderWay || this.#compile(source).prepare() !== null;
  }

  #compile(source: CompileSource): CompiledScript {
    const compiled = this.#compiled.get(source.file) ?? compileScript(source);
    this.#compiled.set(source.file, compiled);
    return compiled;
  }

  #state(file: string): State {
    const known = this.#states.get(file);
    if (known !== undefined) return known;
    const source = this.#sources.get(file);
    if (source === undefined) throw new Error(`${file} is not there; reload the app`);
    const exports = Object.create(null) as Exports;
    const state: State = { source, exports, isStarted: false, failed: null, settled: null };
    // Known before it is evaluated: files that import each other in a circle see the exports made so far.
    this.#states.set(file, state);
    return state;
  }

  #start(state: State): void {
    if (state.isStarted) return;
    state.isStarted = true;
    const { source } = state;
    const fail = (error: unknown): void => void (state.failed = { error });
    const injected = { ...this.#injected, __shared: this.get, __publish: publisher(state.exports) };
    try {
      const compiled = this.#compile(source);
      const packages = compiled.prepare();
      const evaluate = (): Evaluation => compiled.instantiate(injected);
      const result = packages === null ? evaluate() : packages.then(evaluate);
      if (result instanceof Promise) state.settled = result.catch(fail).finally(() => (state.settled = null));
    } catch (error) {
      fail(error);
    }
  }
}

type Exports = Record<string, unknown>;
type Evaluation = ReturnType<CompiledScript["instantiate"]>;

type State = {
  readonly source: CompileSource;
  readonly exports: Exports;
  isStarted: boolean;
  failed: { readonly error: unknown } | null;
  settled: Promise<unknown> | null;
};

function publisher(exports: Exports) {
  return (own: Readonly<Record<string, () => unknown>> | null, all: Exports = {}): void => {
    for (const [name, get] of Object.entries(own ?? {}))
      Object.defineProperty(exports, name, { get, enumerable: true });
    for (const name of Object.keys(all)) {
      if (name === "default" || name in exports) continue;
      Object.defineProperty(exports, name, { get: () => all[name], enumerable: true });
    }
  };
}
