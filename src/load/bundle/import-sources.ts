// Load: the variables of a factory that hold what its script imports.
import type { AnyNode } from "./syntax.ts";

/** How an import of a file that all scripts of a host share is marked on its way through the bundler. */
export const sharedPrefix = "shared:";

/** The sources that a module imports, each with the variable that holds its exports. */
export class ImportSources {
  /** Shared files that the module imports. */
  readonly shared = new Set<string>();
  /** A start of variable names that does not occur in the code. */
  readonly prefix: string;
  readonly #sources = new Map<string, Source>();
  /** Imported name to the expression that reads it. */
  readonly #reads = new Map<string, string>();

  constructor(code: string) {
    let prefix = "__from";
    while (code.includes(prefix)) prefix += "_";
    this.prefix = prefix;
  }

  /** Takes the names of an import declaration. `line`: of the file as it was written, for errors. */
  add({ source, specifiers }: AnyNode & { type: "ImportDeclaration" }, line: number | null): void {
    const { variable, names } = this.#sourceOf(String(source.value), line);
    for (const specifier of specifiers) {
      const name = specifier.type === "ImportSpecifier" ? nameOf(specifier.imported) : "default";
      const isWhole = specifier.type === "ImportNamespaceSpecifier";
      if (!isWhole) names.add(name);
      this.#reads.set(specifier.local.name, isWhole ? variable : `${variable}${property(name)}`);
    }
  }

  /** The variable that holds all exports of the source. */
  variableOf(source: string, line: number | null): string {
    return this.#sourceOf(source, line).variable;
  }

  /** The expression that reads an imported name, or undefined when the name is not imported. */
  readOf(name: string): string | undefined {
    return this.#reads.get(name);
  }

  /** The sources that are not files of `shared/`, in their order. */
  get packages(): string[] {
    return [...this.#sources.keys()].filter((source) => !source.startsWith(sharedPrefix));
  }

  /** The declarations of all variables. */
  declarations(): string[] {
    return [...this.#sources].map(([source, { variable, ...wanted }]) => {
      return `const ${variable} = ${loadOf(source, wanted)};`;
    });
  }

  #sourceOf(source: string, line: number | null): Source {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    const made: Source = { variable: `${this.prefix}${this.#sources.size}`, names: new Set(), line };
    this.#sources.set(source, made);
    if (source.startsWith(sharedPrefix)) this.shared.add(source.slice(sharedPrefix.length));
    return made;
  }
}

/** The name that an import or export specifier gives, whether it is an identifier or a string. */
export function nameOf(node: AnyNode): string {
  return node.type === "Identifier" ? node.name : String((node as { value: unknown }).value);
}

/** Whether a name can be written without quotes. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}

interface Source {
  readonly variable: string;
  /** The exports that are imported by name. */
  readonly names: Set<string>;
  /** Of the first import; null where errors do not have it from here. */
  readonly line: number | null;
}

function loadOf(source: string, { names: imported, line }: Omit<Source, "variable">): string {
  if (source.startsWith(sharedPrefix))
    return `__shared(${JSON.stringify(source.slice(sharedPrefix.length))})`;
  const names = imported.size > 0 || line !== null ? `, ${JSON.stringify([...imported].join())}` : "";
  return `__package(${JSON.stringify(source)}${names}${line === null ? "" : `, ${line}`})`;
}

function property(name: string): string {
  return isPlainName(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
