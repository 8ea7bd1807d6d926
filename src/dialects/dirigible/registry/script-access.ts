// Dialect: which modules the clients of `/service/js` (v2) may run: the setting `v2` of the registry's `parlor.json`.
import { describe } from "../../../boundary/text/describe.ts";
import { isRecord } from "../../../boundary/checks.ts";
import { idOf, pathFrom } from "./module-path.ts";
import { SETTINGS_FILE, type ModuleRegistry } from "./module-registry.ts";

/** As published, a client may run every module. So that is off until an app asks for it: `{ "v2": true }`, or a list. */
export class ScriptAccess {
  readonly #registry: ModuleRegistry;
  /** The ids of modules; null for all. */
  #allowed: ReadonlySet<string> | null = NONE;

  constructor(registry: ModuleRegistry) {
    this.#registry = registry;
  }

  /** Whether there are modules that clients may run. */
  get isOn(): boolean {
    return this.#allowed === null || this.#allowed.size > 0;
  }

  /** `module`: as a client names it, `/tea/round.js`. */
  mayRun(module: string): boolean {
    return this.#allowed === null || this.#allowed.has(idFrom(module));
  }

  /** Reads the setting again and returns its problems. A setting that cannot be read is off. */
  update(): string[] {
    const text = this.#registry.textOf(SETTINGS_FILE);
    const read = text === null || text === undefined ? NONE : allowedIn(text);
    this.#allowed = typeof read === "string" ? NONE : read;
    if (typeof read !== "string") return [];
    return [`${this.#registry.nameOf(SETTINGS_FILE)}: ${read}, so /service/js is off; write ${SHAPE}`];
  }
}

const NONE: ReadonlySet<string> = new Set();
const SHAPE = `{ "v2": true }, or { "v2": ["my-project/my-module"] } for some modules only`;

/** The ids of modules, null for all, or what is wrong. */
function allowedIn(text: string): ReadonlySet<string> | null | string {
  const settings = parse(text);
  if (typeof settings === "string") return settings;
  const { v2 = false } = settings;
  if (typeof v2 === "boolean") return v2 ? null : NONE;
  if (!Array.isArray(v2)) return `"v2" is ${describe(v2)} instead of true, false or a list`;
  const wrong: unknown = v2.find((id) => typeof id !== "string" || id === "");
  if (wrong !== undefined) return `"v2" lists ${describe(wrong)} instead of a module`;
  return new Set(v2.map((id) => idFrom(String(id))));
}

function parse(text: string): Readonly<Record<string, unknown>> | string {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : `it holds ${describe(value)} instead of an object`;
  } catch (error) {
    return `it is not JSON (${(error as Error).message})`;
  }
}

// One id for each spelling: `/tea/./round.js` is `tea/round`.
function idFrom(module: string): string {
  return idOf(pathFrom(module, null) ?? "");
}
