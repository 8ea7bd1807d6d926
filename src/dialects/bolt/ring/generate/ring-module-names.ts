// Dialect: what the code of one source file uses of the running program, each with its variable in the module.
import type { Place } from "../syntax/tokens.ts";
import { jsName, quoted } from "./js-names.ts";

/** A file that is loaded: its path relative to the file that loads it, and where. */
export interface Load {
  readonly path: string;
  readonly place: Place;
}

/** The names that a module declares at its start. */
export class RingModuleNames {
  readonly #helpers = new Set<string>();
  readonly #globals = new Map<string, string>();
  readonly #callees = new Map<string, string>();
  readonly #uses = new Map<string, string>();
  readonly #loads: Load[] = [];
  readonly #functions: string[] = [];
  #last = 0;

  /** A helper of the run time. */
  helper(name: string): string {
    this.#helpers.add(name);
    return `$${name}`;
  }

  /** A global variable: its value is the property `value`. */
  global(name: string): string {
    return kept(this.#globals, name, () => jsName("g_", name));
  }

  /** What runs when a function of this name is called: its property `code`. */
  callee(name: string): string {
    return kept(this.#callees, name, () => jsName("f_", name));
  }

  /** From where a class is named: its file and its package. */
  use(packageName: string): string {
    return kept(this.#uses, packageName, () => `u_${this.#uses.size}`);
  }

  /** The module of a loaded file. */
  load(path: string, place: Place): string {
    this.#loads.push({ path, place });
    return `l_${this.#loads.length - 1}`;
  }

  get loads(): readonly Load[] {
    return this.#loads;
  }

  /** A function without a name; returns the variable that holds the name which it gets when it is defined. */
  anonymous(code: string): string {
    const name = `a_${this.#functions.length}`;
    this.#functions.push(`const ${name} = $ring.anonymous(${code});`);
    return name;
  }

  /** A number that is used nowhere else in the module. */
  unique(): number {
    this.#last += 1;
    return this.#last;
  }

  /** The imports and declarations, one line each. */
  declarations(): string[] {
    const helpers = [...this.#helpers].sort().map((name) => `${name}: $${name}`);
    return [
      ...this.#loads.map(({ path }, index) => `import * as l_${index} from ${JSON.stringify(path)};`),
      `const $file = $ring.file();`,
      ...(helpers.length > 0 ? [`const { ${helpers.join(", ")} } = $ring.helpers;`] : []),
      ...[...this.#globals].map(([name, variable]) => `const ${variable} = $ring.global(${quoted(name)});`),
      ...[...this.#callees].map(([name, variable]) => `const ${variable} = $ring.callee(${quoted(name)});`),
      ...[...this.#uses].map(
        ([name, variable]) => `const ${variable} = { file: $file, packageName: ${quoted(name)} };`,
      ),
      ...this.#functions,
    ];
  }
}

function kept(map: Map<string, string>, name: string, make: () => string): string {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = make();
  map.set(name, made);
  return made;
}
