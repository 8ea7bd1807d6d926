// Load: what is kept from one load of an app to the next, so that a save costs only what it concerns.
import { lstatSync } from "node:fs";
import type { Clock } from "../boundary/clock.ts";
import { scriptKey, type ScriptKey } from "../boundary/script-key.ts";
import type { ScriptShape } from "../boundary/shape.ts";
import type { BundleMemory, MadeBundle } from "./bundle/bundle.ts";
import type { AppProblem } from "./files/app-problem.ts";
import type { ScriptFile } from "./files/script-file.ts";

/** Bundles are made again when one of their files has changed, scripts are evaluated again when their code has. */
export class LoadMemory<Script extends { readonly file: ScriptFile }> implements BundleMemory {
  readonly #clock: Clock;
  readonly #onLate: () => void;
  readonly #bundles = new Map<string, KeptBundle>();
  readonly #shapes = new Map<string, KeptShape>();
  /** Those that a load has not waited for. */
  readonly #late = new WeakSet<Promise<Shape>>();
  /** The scripts of the last load, and since when those are absent that were not found, in monotonic time, ms. */
  #scripts = new Map<ScriptKey, Script>();
  readonly #absent = new Map<ScriptKey, number>();

  /** `onLate` is called when another load will find what the last one has not waited for. */
  constructor(clock: Clock, onLate: () => void) {
    this.#clock = clock;
    this.#onLate = onLate;
  }

  /** All files that the app's code was made of, and those that it lacks. */
  get inputs(): Set<string> {
    return new Set([...this.#bundles.values()].flatMap(({ files }) => [...files.keys()]));
  }

  /** Files that are others now than when they were read, though no save of them may have been seen. */
  get changedInputs(): string[] {
    const all = [...this.#bundles.values()].flatMap(({ files }) => [...files]);
    return all.filter(([file, stamp]) => stampOf(file) !== stamp).map(([file]) => file);
  }

  /** These files were saved. What failed because of one of them is tried again, though it may be the same. */
  forget(saved: ReadonlySet<string>): void {
    for (const [id, { files }] of this.#bundles) {
      if (![...files.keys()].some((file) => saved.has(file))) continue;
      this.#bundles.delete(id);
      for (const [name, { outcome }] of this.#shapes)
        if (id.endsWith(`/${name}`) && isProblem(outcome)) this.#shapes.delete(name);
    }
  }

  /** All bundles are made again: a file that is new may take the place of another. */
  forgetBundles(): void {
    for (const [id, kept] of this.#bundles) this.#bundles.set(id, { ...kept, made: NO_BUNDLE });
  }

  /** All is made and evaluated again. */
  forgetAll(): void {
    this.#bundles.clear();
    this.#shapes.clear();
    this.#scripts.clear();
  }

  async bundle(id: string, make: Parameters<BundleMemory["bundle"]>[1]): Promise<MadeBundle> {
    const known = this.#bundles.get(id);
    if (known !== undefined && !Array.isArray(known.made) && isUnchanged(known.files)) return known.made;
    const files = new Map<string, string>();
    const made = await make((file) => void files.set(file, stampOf(file)));
    this.#bundles.set(id, { made, files });
    return made;
  }

  /** The shape of a script whose code and shared files have these versions, if it was evaluated before. */
  shape(name: string, versions: string): Promise<Shape> | undefined {
    const known = this.#shapes.get(name);
    return known?.versions === versions ? known.promise : undefined;
  }

  keepShape(name: string, versions: string, promise: Promise<Shape>): void {
    const kept: KeptShape = { versions, promise, outcome: null };
    this.#shapes.set(name, kept);
    void promise.then((outcome) => (kept.outcome = outcome));
  }

  /** Waits for a shape, once and not long: null when it comes later. */
  async soon(promise: Promise<Shape>, patience: number): Promise<Shape | null> {
    const isLate = this.#late.has(promise);
    const end = new Promise<null>((resolve) => this.#clock.after(isLate ? 0 : patience, () => resolve(null)));
    const shape = await Promise.race([promise, end]);
    if (shape === null && !isLate) {
      this.#late.add(promise);
      void promise.then(this.#onLate);
    }
    return shape;
  }

  /**
   * The scripts that were loaded and whose files are absent only just: editors save by removing a file and creating it
   * again. Then another load will look again.
   */
  justAbsent(present: ReadonlySet<ScriptKey>): Script[] {
    const now = this.#clock.ticks();
    for (const key of present) this.#absent.delete(key);
    const missing = [...this.#scripts].filter(([key]) => !present.has(key));
    for (const [key] of missing) if (!this.#absent.has(key)) this.#absent.set(key, now);
    const kept = missing.filter(([key]) => now - (this.#absent.get(key) ?? 0) < ABSENCE);
    if (kept.length > 0) this.#clock.after(ABSENCE, this.#onLate);
    return kept.map(([, script]) => script);
  }

  /** Those that failed may be served in their previous version. */
  keepScripts(scripts: readonly Script[], failed: readonly ScriptFile[]): void {
    const previous = failed.flatMap((file) => this.#scripts.get(scriptKey(file)) ?? []);
    this.#scripts = new Map([...previous, ...scripts].map((script) => [scriptKey(script.file), script]));
  }
}

type Shape = ScriptShape | AppProblem;

interface KeptBundle {
  readonly made: MadeBundle;
  /** Each file with its state when it was read. */
  readonly files: ReadonlyMap<string, string>;
}

interface KeptShape {
  readonly versions: string;
  readonly promise: Promise<Shape>;
  outcome: Shape | null;
}

const NO_BUNDLE: MadeBundle = [];

/** A file that is absent for this long is gone, ms. */
export const ABSENCE = 300;

function isProblem(outcome: Shape | null): boolean {
  return outcome !== null && "code" in outcome;
}

function isUnchanged(files: ReadonlyMap<string, string>): boolean {
  return [...files].every(([file, stamp]) => stampOf(file) === stamp);
}

function stampOf(file: string): string {
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
}
