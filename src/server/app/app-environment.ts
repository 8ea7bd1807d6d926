// Server: puts the variables of an app's .env into the environment of this process.
import { missingFrom, readEnvFile } from "../../load/files/env-file.ts";

/**
 * The variables of an app's `.env`, put into the environment of this process. Threads and processes take a copy of it
 * when they start. The real environment overrides the file.
 */
export class AppEnvironment {
  readonly #dir: string;
  readonly #environment: NodeJS.ProcessEnv;
  /** The variables that came from the file. */
  #own = new Map<string, string>();

  constructor(dir: string, environment: NodeJS.ProcessEnv = process.env) {
    this.#dir = dir;
    this.#environment = environment;
  }

  /** Reads the file, and returns whether any variable has another value now. */
  async load(): Promise<boolean> {
    const values = await readEnvFile(this.#dir);
    const before = this.#own;
    for (const name of this.#ownNames()) delete this.#environment[name];
    const wanted = missingFrom(this.#environment, values);
    Object.assign(this.#environment, wanted);
    this.#own = new Map(Object.entries(wanted));
    return !isSame(before, this.#own);
  }

  // A variable that other code has changed since is no longer that of the file.
  #ownNames(): string[] {
    return [...this.#own].filter(([name, value]) => this.#environment[name] === value).map(([name]) => name);
  }
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}
