// Dialect: the endpoints that the `*.websocket` artefacts of a registry define.
import { describe } from "../../../boundary/text/describe.ts";
import { isRecord } from "../../../boundary/checks.ts";
import type { ModuleRegistry } from "./module-registry.ts";

/** The endpoints by their names. A name belongs to one artefact. */
export class Endpoints {
  readonly #registry: ModuleRegistry;
  #byName: ReadonlyMap<string, Endpoint> = new Map();

  constructor(registry: ModuleRegistry) {
    this.#registry = registry;
  }

  /** Those that are served. */
  get byName(): ReadonlyMap<string, Endpoint> {
    return this.#byName;
  }

  /** Reads the artefacts again and returns their problems. An artefact that became invalid keeps its last valid content. */
  update(): string[] {
    const { endpoints, problems } = this.#read();
    const byName = new Map<string, Endpoint[]>();
    for (const endpoint of endpoints)
      byName.set(endpoint.name, [...(byName.get(endpoint.name) ?? []), endpoint]);
    const served = new Map<string, Endpoint>();
    const taken: string[] = [];
    for (const [name, all] of byName) this.#assign(name, all, { served, taken });
    this.#byName = served;
    return [...problems, ...taken];
  }

  #read(): Artefacts {
    const endpoints: Endpoint[] = [];
    const problems: string[] = [];
    for (const path of this.#registry.pathsWith(".websocket")) {
      const read = endpointOf(path, this.#registry.textOf(path) ?? "");
      const endpoint = typeof read === "string" ? this.#servedFrom(path) : read;
      if (endpoint !== undefined) endpoints.push(endpoint);
      if (typeof read !== "string") continue;
      const so = endpoint === undefined ? "it is not served" : "its last valid version is served";
      problems.push(`${this.#registry.nameOf(path)}: ${read}, so ${so}; write ${SHAPE}`);
    }
    return { endpoints, problems };
  }

  // The artefact that has the name keeps it; of several new ones none gets it, because the intended one is unknown.
  #assign(
    name: string,
    all: readonly Endpoint[],
    to: { readonly served: Map<string, Endpoint>; readonly taken: string[] },
  ): void {
    const holder = all.length === 1 ? all[0] : all.find(({ file }) => file === this.#byName.get(name)?.file);
    if (holder !== undefined) to.served.set(name, holder);
    if (all.length === 1) return;
    const files = all.map(({ file }) => this.#registry.nameOf(file)).join(" and ");
    const so = holder === undefined ? "none is served" : `${this.#registry.nameOf(holder.file)} keeps it`;
    to.taken.push(`${files} define the same endpoint "${name}", so ${so}; rename all but one`);
  }

  #servedFrom(file: string): Endpoint | undefined {
    return [...this.#byName.values()].find((endpoint) => endpoint.file === file);
  }
}

/** The content of a `*.websocket` artefact. */
export interface Endpoint {
  readonly name: string;
  readonly handler: string;
  /** The artefact's path in the registry. */
  readonly file: string;
}

interface Artefacts {
  readonly endpoints: readonly Endpoint[];
  readonly problems: readonly string[];
}

const SHAPE = `{ "handler": "my-project/my-handler", "endpoint": "my-endpoint", "description": "…" }`;

/** The endpoint, or the problem of the file. */
function endpointOf(file: string, text: string): Endpoint | string {
  const parsed = parse(text);
  if (typeof parsed === "string") return parsed;
  const wrong = fieldProblem(parsed, "handler") ?? fieldProblem(parsed, "endpoint");
  if (wrong !== null) return wrong;
  const { handler, endpoint: name } = parsed as { handler: string; endpoint: string };
  if (name.includes("/")) return `"endpoint" is "${name}", and must be one part of a path, without "/"`;
  return { name, handler, file };
}

function parse(text: string): Readonly<Record<string, unknown>> | string {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : `it holds ${describe(value)} instead of an object`;
  } catch (error) {
    return `it is not JSON (${(error as Error).message})`;
  }
}

function fieldProblem(fields: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = fields[name];
  if (value === undefined) return `"${name}" is missing`;
  if (typeof value !== "string") return `"${name}" is ${describe(value)} instead of a string`;
  return value === "" ? `"${name}" is empty` : null;
}
