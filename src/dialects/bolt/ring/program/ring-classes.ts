// Dialect: the classes of a Ring program by name, package and the file that uses them.
import { languageError } from "../runtime/language-errors.ts";
import { emptyAttributes } from "./places.ts";
import { RingObject, type RingClass, type RingCode } from "../runtime/values.ts";

/** A class as its file defines it. Names are in lower case. */
export interface ClassDefinition {
  readonly name: string;
  /** The package, or the empty text. */
  readonly packageName: string;
  /** The name of the parent, with its package if it was written; the empty text without a parent. */
  readonly parent: string;
  readonly privates: readonly string[];
  readonly methods: readonly (readonly [name: string, code: RingCode])[];
  /** Runs the statements of the class for a new object: they set its attributes. */
  readonly body: (self: RingObject) => void;
  readonly file: RingFile;
}

/** One source file of a program, with the names of the classes that it imports. */
export class RingFile {
  readonly imported = new Map<string, string>();
}

/** Where a name of a class is used: classes of packages are visible in few places. */
export interface ClassUse {
  readonly file: RingFile;
  readonly packageName: string;
}

/** A parent is looked for when the first object is made, so classes may be in any order. */
export class RingClasses {
  /** By name; those of packages as `package.name`. */
  readonly #definitions = new Map<string, ClassDefinition>();
  readonly #linked = new Map<string, LinkedClass>();
  /** Packages of objects that were made: from then on their classes are visible everywhere, as in Ring. */
  readonly #used = new Set<string>();
  #imported = "";

  define(definition: ClassDefinition): void {
    this.#definitions.set(fullNameOf(definition), definition);
  }

  /** The package that was imported last; the empty text before the first one. */
  get imported(): string {
    return this.#imported;
  }

  /** Makes the classes of a package visible: in a file, or everywhere. */
  import(packageName: string, file?: RingFile): void {
    const found = [...this.#definitions.values()].filter((one) => one.packageName === packageName);
    if (found.length === 0) throw languageError("R25", packageName);
    this.#imported = packageName;
    if (file === undefined) this.#used.add(packageName);
    else for (const one of found) file.imported.set(one.name, fullNameOf(one));
  }

  /** Gives a class the methods of another one. Objects that exist keep theirs. */
  merge(name: string, source: string): void {
    const [to, from] = [name, source].map((one) => this.#definitions.get(one));
    if (to === undefined || from === undefined) throw languageError("R11", to === undefined ? name : source);
    const own = new Set(to.methods.map(([method]) => method));
    const methods = [...to.methods, ...from.methods.filter(([method]) => !own.has(method))];
    this.#definitions.set(name, { ...to, methods });
    this.#linked.clear();
  }

  /** A new object. The statements of its classes have run, those of the parents first. */
  create(name: string, use: ClassUse): RingObject {
    const key = this.#keyOf(name, use);
    if (key === null) throw languageError("R11", name);
    const made = this.#linkedAt(key, []);
    if (made.packageName !== "") this.#used.add(made.packageName);
    const object = new RingObject(made, emptyAttributes());
    for (const body of made.bodies) body(object);
    return object;
  }

  /** The names of all classes, those of packages as `package.name`. */
  names(): string[] {
    return [...this.#definitions.keys()];
  }

  packages(): string[] {
    const names = [...this.#definitions.values()].map(({ packageName }) => packageName);
    return [...new Set(names.filter((name) => name !== ""))];
  }

  #keyOf(name: string, { file, packageName }: ClassUse): string | null {
    if (this.#definitions.has(name)) return name;
    const imported = file.imported.get(name);
    if (imported !== undefined) return imported;
    const packages = [packageName, ...this.#used].map((one) => `${one}.${name}`);
    return packages.find((one) => this.#definitions.has(one)) ?? null;
  }

  #linkedAt(key: string, children: readonly string[]): LinkedClass {
    const known = this.#linked.get(key);
    if (known !== undefined) return known;
    const definition = this.#definitions.get(key) as ClassDefinition;
    const made = linked(definition, this.#parentOf(definition, [...children, key]));
    this.#linked.set(key, made);
    return made;
  }

  #parentOf(definition: ClassDefinition, children: readonly string[]): LinkedClass | null {
    const { parent } = definition;
    if (parent === "") return null;
    const key = this.#keyOf(parent, definition);
    if (key === null) throw languageError("R15", parent);
    if (children.includes(key))
      throw languageError("R30", `When creating class ${definition.name} from class ${parent}`);
    return this.#linkedAt(key, children);
  }
}

interface LinkedClass extends RingClass {
  /** The statements of the class and its parents, in the order in which they run. */
  readonly bodies: readonly ((self: RingObject) => void)[];
}

function linked(definition: ClassDefinition, parent: LinkedClass | null): LinkedClass {
  const { name, packageName } = definition;
  const methods = new Map(definition.methods);
  const privates = new Set(definition.privates);
  const all = Object.assign(tableFrom(parent?.all), Object.fromEntries(methods));
  const open = tableFrom(parent?.open);
  for (const [method, code] of methods) if (!privates.has(method)) open[method] = code;
  const bodies = [...(parent?.bodies ?? []), definition.body];
  return { name, packageName, parent, methods, privates, all, open, bodies };
}

function tableFrom(table: Record<string, RingCode> = {}): Record<string, RingCode> {
  return Object.assign(Object.create(null) as Record<string, RingCode>, table);
}

function fullNameOf({ name, packageName }: ClassDefinition): string {
  return packageName === "" ? name : `${packageName}.${name}`;
}
