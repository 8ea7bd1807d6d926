import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { AppProblem } from "../../src/load/files/app-problem.ts";
import { bundleScript, bundleShared, compileSource } from "../../src/load/bundle/bundle.ts";
import type { Bundle } from "../../src/load/bundle/bundle.ts";
import { compileScript } from "../../src/host/script/compile-script.ts";
import type { ScriptFile } from "../../src/load/files/script-file.ts";
import { SharedModules } from "../../src/host/script/shared-modules.ts";
import { mapStack } from "../../src/host/script/source-map.ts";
import type { MappedError } from "../../src/host/script/source-map.ts";

type Exports = Record<string, (...values: unknown[]) => unknown>;

/** An app made of the given files; gone when the test is over. */
export class TempApp {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "parlor-scripts-")));

  constructor(files: Readonly<Record<string, string>>) {
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.root, name)), { recursive: true });
    writeFileSync(join(this.root, name), text);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  script(name: string): ScriptFile {
    return { kind: "ws", name, file: this.path(name), route: `/${name.replace(/\.\w+$/, "")}` };
  }

  async bundle(name: string): Promise<Bundle> {
    const bundle = await bundleScript(this.script(name), { root: this.root });
    if (Array.isArray(bundle)) throw new Error(bundle.map(({ message }) => message).join());
    return bundle;
  }

  async problems(name: string): Promise<readonly AppProblem[]> {
    const bundle = await bundleScript(this.script(name), { root: this.root });
    return Array.isArray(bundle) ? bundle : [];
  }

  async shared(files: readonly string[]): Promise<Map<string, Bundle>> {
    const bundles = await bundleShared(files, { root: this.root });
    for (const bundle of bundles.values()) if (Array.isArray(bundle)) throw new Error(bundle[0]?.message);
    return bundles as Map<string, Bundle>;
  }

  /** A script as a host runs it; each call of `instance` evaluates it again. */
  async load(name: string, injected: Readonly<Record<string, unknown>> = {}): Promise<Loaded> {
    const bundle = await this.bundle(name);
    const bundles = await this.shared(bundle.shared);
    const modules = new SharedModules(
      [...bundles].map(([file, made]) => compileSource(file, made)),
      injected,
    );
    await modules.prepare(bundle.shared);
    const source = compileSource(this.path(name), bundle);
    const compiled = compileScript(source);
    const maps = new Map([[source.name, bundle.map]]);
    for (const [file, made] of bundles) maps.set(compileSource(file, made).name, made.map);
    return {
      bundle,
      instance: async () => (await compiled.instantiate({ ...injected, __shared: modules.get })) as Exports,
      mapped: (error) => mapStack(error, (stackName) => maps.get(stackName)),
    };
  }
}

/** A script that was loaded for a test. */
export interface Loaded {
  readonly bundle: Bundle;
  instance(): Promise<Exports>;
  mapped(error: unknown): MappedError;
}
