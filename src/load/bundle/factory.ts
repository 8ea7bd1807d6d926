// Load: turns a bundled module into the body of a function that returns its exports.
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { applyEdits, blank } from "./edits.ts";
import type { Edit, MappedCode } from "./edits.ts";
import { ImportSources, isPlainName, nameOf, sharedPrefix } from "./import-sources.ts";
import { needlessNames } from "./kept-names.ts";
import { freeNames, readNames } from "./scope.ts";
import type { Names, Reference } from "./scope.ts";
import { childrenOf, hasTopLevelAwait, parseModule } from "./syntax.ts";
import type { AnyNode, ModuleAst } from "./syntax.ts";

/**
 * Turns a bundled module into the body of a factory. Imports become reads from one object per source, which keeps
 * them live and costs an instance one slot per source. Exports become what the body returns (`script`), or getters
 * that are published before anything runs, so that files may import each other in a circle (`shared`, `registry`).
 */
export function toFactory(built: MappedCode, kind: FactoryKind, root: string): ScriptFactory {
  const bundled = withoutHashbang(built);
  const program = parseModule(bundled.code);
  const names = readNames(program);
  const rewriting = new Rewriting(bundled, names, { root, kind });
  for (const node of program.body) rewriting.statement(node);
  for (const reference of names.references) rewriting.reference(reference);
  rewriting.dynamicImports(program);
  const written = applyEdits(bundled, [...rewriting.finish(), ...needlessNames(bundled.code, program)]);
  const rewritten = parseModule(written.code);
  const free = freeNames(readNames(rewritten));
  const { sources, exports } = rewriting;
  return { ...written, async: hasTopLevelAwait(rewritten), free, ...sources, exports };
}

/** The modules of a registry find their imports by themselves. */
type FactoryKind = "script" | "shared" | "registry";

// Legal at the start of a file only. The line stays, so that the others keep their numbers.
function withoutHashbang({ code, map }: MappedCode): MappedCode {
  return { code: code.replace(/^#!.*/, ""), map };
}

/** A module turned into the body of a function that returns its exports. */
export interface ScriptFactory extends MappedCode {
  readonly async: boolean;
  /** Every name that the code takes from outside. */
  readonly free: ReadonlySet<string>;
  /** Shared files that the code imports. */
  readonly shared: readonly string[];
  /** What else it imports statically. */
  readonly packages: readonly string[];
  /** The names that it exports; those of CommonJS, and those that it exports of all of another file, are not known. */
  readonly exports: readonly string[];
}

/** What the bundler writes for `import.meta`, whose value depends on the file it came from. */
export const metaName = "__import_meta";

const commonJsName = "__commonjs";

class Rewriting {
  readonly #code: string;
  readonly #files: SourceFiles;
  readonly #kind: FactoryKind;
  readonly #names: Names;
  readonly #imports: ImportSources;
  readonly #edits: Edit[] = [];
  readonly #exported: { name: string; value: string }[] = [];
  /** The variables of the modules whose exports are all exported again. */
  readonly #stars: string[] = [];
  #hasCommonJs = false;
  /** File to the variable that holds its `import.meta`. */
  readonly #metas = new Map<string, string>();

  constructor(bundled: MappedCode, names: Names, { root, kind }: { root: string; kind: FactoryKind }) {
    const { code } = bundled;
    this.#code = code;
    this.#files = new SourceFiles(bundled, root);
    this.#kind = kind;
    this.#names = names;
    this.#imports = new ImportSources(code);
  }

  get sources(): Pick<ScriptFactory, "shared" | "packages"> {
    return { shared: [...this.#imports.shared], packages: this.#imports.packages };
  }

  get exports(): readonly string[] {
    return this.#exported.map(({ name }) => name);
  }

  statement(node: ModuleAst["body"][number]): void {
    if (node.type === "ImportDeclaration") this.#imports.add(node, this.#lineOf(node));
    else if (node.type === "ExportNamedDeclaration") this.#export(node);
    else if (node.type === "ExportAllDeclaration") this.#exportAll(node);
    else if (node.type === "ExportDefaultDeclaration") return this.#commonJs(node);
    else return;
    this.#edits.push(blank(this.#code, node.start, node.end));
  }

  reference({ node, parent, scope }: Reference): void {
    const isMeta = node.name === metaName;
    const value = isMeta ? this.#meta(node) : this.#imports.readOf(node.name);
    if (value === undefined || parent.type === "ExportSpecifier") return;
    if (scope.find(node.name) !== (isMeta ? null : this.#names.top)) return;
    this.#edits.push({ start: node.start, end: node.end, text: readIn(parent, node, value) });
  }

  dynamicImports(node: AnyNode): void {
    if (node.type === "ImportExpression") this.#edits.push(this.#dynamicImport(node));
    for (const child of childrenOf(node)) this.dynamicImports(child);
  }

  finish(): Edit[] {
    const isScript = this.#kind === "script";
    const body = isScript ? this.#declarations() : this.#publishing();
    const strict = /^\n?"use strict";/.exec(this.#code)?.[0].length ?? 0;
    this.#edits.push({ start: strict, end: strict, text: body });
    const { length } = this.#code;
    const end = isScript ? this.#returning() : this.#publishingCommonJs();
    this.#edits.push({ start: length, end: length, text: end });
    return this.#edits;
  }

  #export({ specifiers }: AnyNode & { type: "ExportNamedDeclaration" }): void {
    for (const { local, exported } of specifiers) {
      const value = this.#imports.readOf(nameOf(local)) ?? nameOf(local);
      this.#exported.push({ name: nameOf(exported), value });
    }
  }

  // A registry's imports fail when they run, before any code of the file that a stack could name.
  #lineOf({ start }: AnyNode): number | null {
    return this.#kind === "registry" ? this.#files.lineAt(start) : null;
  }

  #exportAll(node: AnyNode & { type: "ExportAllDeclaration" }): void {
    const { source, exported } = node;
    const variable = this.#imports.variableOf(String(source.value), this.#lineOf(node));
    if (exported) this.#exported.push({ name: nameOf(exported), value: variable });
    else this.#stars.push(variable);
  }

  // The bundler writes one only for a file that is CommonJS: by its own words, or since a package.json above it says so.
  #commonJs({ start, declaration }: AnyNode & { type: "ExportDefaultDeclaration" }): void {
    this.#hasCommonJs = true;
    this.#edits.push({ start, end: declaration.start, text: `const ${commonJsName} = ` });
  }

  #dynamicImport(node: AnyNode & { type: "ImportExpression" }): Edit {
    const source = node.source.type === "Literal" ? String(node.source.value) : "";
    if (!source.startsWith(sharedPrefix)) return this.#loadLater(node);
    const file = source.slice(sharedPrefix.length);
    this.#imports.shared.add(file);
    const text = `Promise.resolve().then(() => __shared(${JSON.stringify(file)}))`;
    return { start: node.start, end: node.end, text };
  }

  // From the folder of the file that has the import, which need not be the script's.
  #loadLater({ start, source }: AnyNode & { type: "ImportExpression" }): Edit {
    if (this.#kind === "registry") return { start, end: start + "import".length, text: "__load" };
    const breaks = this.#code.slice(start, source.start).replace(/[^\n]/g, "");
    const importer = JSON.stringify(this.#files.at(start));
    return { start, end: source.start, text: `__load(${importer}, ${breaks}` };
  }

  #meta({ start }: AnyNode): string {
    const file = this.#files.at(start);
    const variable = this.#metas.get(file) ?? `${this.#imports.prefix}_meta${this.#metas.size}`;
    this.#metas.set(file, variable);
    return variable;
  }

  #declarations(): string {
    const metas = [...this.#metas].map(([file, variable]) => `const ${variable} = ${this.#metaOf(file)};`);
    return [...this.#imports.declarations(), ...metas].join(" ");
  }

  #metaOf(file: string): string {
    if (this.#kind !== "registry") return `__meta(${JSON.stringify(file)})`;
    return JSON.stringify({ url: pathToFileURL(file).href, dirname: dirname(file), filename: file });
  }

  #publishing(): string {
    const getters = this.#exported.map(({ name, value }) => `${key(name)}: () => ${value}`);
    const stars = this.#stars.map((variable) => ` __publish(null, ${variable});`);
    return `__publish({ ${getters.join(", ")} }); ${this.#declarations()}${stars.join("")}`;
  }

  // Its exports are known only when it has run.
  #publishingCommonJs(): string {
    if (!this.#hasCommonJs) return "";
    return `__publish({ default: () => ${commonJsName} }); __publish(null, Object(${commonJsName}));\n`;
  }

  // The module's own exports come last: they win over those of the same name that a star brings.
  #returning(): string {
    const own = this.#exported.map(({ name, value }) => `${key(name)}: ${value}`);
    const whole = this.#hasCommonJs ? [...this.#stars, `Object(${commonJsName})`] : this.#stars;
    const stars = whole.map((variable) => `...(({ default: _, ...rest }) => rest)(${variable})`);
    return `return { ${[...stars, ...own].join(", ")} };\n`;
  }
}

/** The files that a bundle is made of. */
class SourceFiles {
  readonly #code: string;
  readonly #trace: TraceMap;
  readonly #root: string;

  constructor({ code, map }: MappedCode, root: string) {
    this.#code = code;
    this.#trace = new TraceMap(map);
    this.#root = root;
  }

  /** The file, absolute, that the code at this offset comes from. */
  at(offset: number): string {
    return resolve(this.#root, this.#placeOf(offset).source ?? "");
  }

  /** The line of its file, from 1; null where the bundler does not say. */
  lineAt(offset: number): number | null {
    return this.#placeOf(offset).line;
  }

  #placeOf(offset: number): ReturnType<typeof originalPositionFor> {
    const line = this.#code.slice(0, offset).split("\n").length;
    const column = offset - (this.#code.lastIndexOf("\n", offset - 1) + 1);
    return originalPositionFor(this.#trace, { line, column });
  }
}

// A function that is called as a property would get its module as `this`.
function readIn(parent: AnyNode, node: AnyNode, value: string): string {
  if (parent.type === "Property" && parent.shorthand) return `${(node as { name: string }).name}: ${value}`;
  const isCalled = parent.type === "CallExpression" && parent.callee === node;
  const isTagged = parent.type === "TaggedTemplateExpression" && parent.tag === node;
  return (isCalled || isTagged) && /[.[]/.test(value) ? `(0, ${value})` : value;
}

function key(name: string): string {
  if (name === "__proto__") return `["__proto__"]`;
  return isPlainName(name) ? name : JSON.stringify(name);
}
