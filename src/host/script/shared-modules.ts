// Host: the files of an app's `shared/` folder.
import type { CompileSource } from "../../boundary/host-spec.ts";
import { compileScript } from "./compile-script.ts";

/** A host evaluates each file once, for all scripts that import it. */
export class SharedModules {
  readonly #sources: ReadonlyMap<string, CompileSource>;
  readonly #injected: Readonly<Record<string, unknown>>;
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
      await this.prepare(this.#sources.get(file)?.shared ?? [], seen.add(file));
      await this.#state(file).settled;
      this.get(file);
    }
  }

  /** Whether one of the files, or of those that they import, awaits at its top level. */
  mustPrepare(files: Iterable<string>, seen: Set<string> = new Set()): boolean {
    for (const file of files) {
      const source = this.#sources.get(file);
      if (source === undefined || seen.has(file)) continue;
      if (source.async || this.mustPrepare(source.shared, seen.add(file))) return true;
    }
    return false;
  }

  /** Returns the exports of a shared file, evaluated at the first call. Scripts have it as `__shared`. */
  readonly get = (file: string): Exports => {
    const { failed, exports } = this.#state(file);
    if (failed !== null) throw failed.error;
    return exports;
  };

  #state(file: string): State {
    const known = this.#states.get(file);
    if (known !== undefined) return known;
    const source = this.#sources.get(file);
    if (source === undefined) throw new Error(`${file} is not there; reload the app`);
    const state: State = { exports: Object.create(null) as Exports, failed: null, settled: null };
    // Known before it is evaluated: files that import each other in a circle see the exports made so far.
    this.#states.set(file, state);
    this.#evaluate(source, state);
    return state;
  }

  #evaluate(source: CompileSource, state: State): void {
    const fail = (error: unknown): void => void (state.failed = { error });
    const injected = { ...this.#injected, __shared: this.get, __publish: publisher(state.exports) };
    try {
      const result = compileScript(source).instantiate(injected);
      if (result instanceof Promise) state.settled = result.catch(fail);
    } catch (error) {
      fail(error);
    }
  }
}

type Exports = Record<string, unknown>;

type State = {
  readonly exports: Exports;
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
