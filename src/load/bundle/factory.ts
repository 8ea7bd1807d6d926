import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { applyEdits, blank } from "./edits.ts";
import type { Edit, MappedCode } from "./edits.ts";
import { freeNames, readNames } from "./scope.ts";
import type { Names, Reference } from "./scope.ts";
import { childrenOf, hasTopLevelAwait, parseModule } from "./syntax.ts";
import type { AnyNode, Program } from "./syntax.ts";

/** How an import of a file that all scripts of a host share is marked on its way through the bundler. */
export const sharedPrefix = "shared:";

/** What the bundler writes for `import.meta`, whose value depends on the file it came from. */
export const metaName = "__import_meta";

/** A module turned into the body of a function that gives its exports. */
export interface ScriptFactory extends MappedCode {
  readonly async: boolean;
  /** Every name that the code takes from outside. */
  readonly free: ReadonlySet<string>;
  /** Shared files that the code asks for. */
  readonly shared: readonly string[];
}

/**
 * Turns a bundled module into the body of a factory. Imports become reads from one object per source, which keeps
 * them live and costs an instance one slot per source; exports become what the body returns (`script`), or getters
 * that are published before anything runs, so that shared files may import each other in a circle (`shared`).
 */
export function toFactory(bundled: MappedCode, kind: "script" | "shared", root: string): ScriptFactory {
  const program = parseModule(bundled.code);
  const names = readNames(program);
  const rewriting = new Rewriting(bundled, names, root);
  for (const node of program.body) rewriting.statement(node);
  for (const reference of names.references) rewriting.reference(reference);
  rewriting.dynamicImports(program);
  const written = applyEdits(bundled, rewriting.finish(kind));
  const rewritten = parseModule(written.code);
  const free = freeNames(readNames(rewritten));
  return { ...written, async: hasTopLevelAwait(rewritten), free, shared: [...rewriting.shared] };
}

type ImportNode = AnyNode & { type: "ImportDeclaration" };
type ExportNode = AnyNode & { type: "ExportNamedDeclaration" };

/** Where the exports of something imported are held, and which of them are asked for by name. */
interface Source {
  readonly variable: string;
  readonly wanted: Set<string>;
}

class Rewriting {
  readonly shared = new Set<string>();
  readonly #code: string;
  readonly #map: string;
  readonly #root: string;
  readonly #names: Names;
  readonly #prefix: string;
  readonly #edits: Edit[] = [];
  /** Source to the variable that holds its exports. */
  readonly #sources = new Map<string, Source>();
  /** Imported name to the expression that reads it. */
  readonly #imported = new Map<string, string>();
  readonly #exported: { name: string; value: string }[] = [];
  readonly #stars: string[] = [];
  /** File to the variable that holds its `import.meta`. */
  readonly #metas = new Map<string, string>();

  constructor({ code, map }: MappedCode, names: Names, root: string) {
    this.#code = code;
    this.#map = map;
    this.#root = root;
    this.#names = names;
    let prefix = "__from";
    while (code.includes(prefix)) prefix += "_";
    this.#prefix = prefix;
  }

  statement(node: Program["body"][number]): void {
    if (node.type === "ImportDeclaration") this.#import(node);
    else if (node.type === "ExportNamedDeclaration") this.#export(node);
    else if (node.type === "ExportAllDeclaration") {
      const { variable } = this.#source(String(node.source.value));
      if (node.exported) this.#exported.push({ name: nameOf(node.exported), value: variable });
      else this.#stars.push(variable);
      this.#remove(node);
    }
  }

  reference({ node, parent, scope }: Reference): void {
    const value = node.name === metaName ? this.#meta(node) : this.#imported.get(node.name);
    if (value === undefined || parent.type === "ExportSpecifier") return;
    if (scope.find(node.name) !== (node.name === metaName ? null : this.#names.top)) return;
    this.#edits.push({ start: node.start, end: node.end, text: readIn(parent, node, value) });
  }

  dynamicImports(node: AnyNode): void {
    // Of the same length as `import`, so that no column moves.
    if (node.type === "ImportExpression") this.#edits.push(this.#dynamicImport(node));
    for (const child of childrenOf(node)) this.dynamicImports(child);
  }

  finish(kind: "script" | "shared"): Edit[] {
    const body = kind === "shared" ? this.#publishing() : this.#loading();
    const strict = /^"use strict";/.exec(this.#code)?.[0].length ?? 0;
    this.#edits.push({ start: strict, end: strict, text: body });
    if (kind === "script") {
      this.#edits.push({ start: this.#code.length, end: this.#code.length, text: this.#returning() });
    }
    return this.#edits;
  }

  #import(node: ImportNode): void {
    const { variable, wanted } = this.#source(String(node.source.value));
    for (const specifier of node.specifiers) {
      const name = specifier.type === "ImportSpecifier" ? nameOf(specifier.imported) : "default";
      const all = specifier.type === "ImportNamespaceSpecifier";
      if (!all) wanted.add(name);
      this.#imported.set(specifier.local.name, all ? variable : `${variable}${property(name)}`);
    }
    this.#remove(node);
  }

  #export(node: ExportNode): void {
    for (const { local, exported } of node.specifiers) {
      const value = this.#imported.get(nameOf(local)) ?? nameOf(local);
      this.#exported.push({ name: nameOf(exported), value });
    }
    this.#remove(node);
  }

  #source(source: string): Source {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    const made: Source = { variable: `${this.#prefix}${this.#sources.size}`, wanted: new Set() };
    this.#sources.set(source, made);
    if (source.startsWith(sharedPrefix)) this.shared.add(source.slice(sharedPrefix.length));
    return made;
  }

  #dynamicImport(node: AnyNode & { type: "ImportExpression" }): Edit {
    const source = node.source.type === "Literal" ? String(node.source.value) : "";
    if (!source.startsWith(sharedPrefix))
      return { start: node.start, end: node.start + "import".length, text: "__load" };
    const file = source.slice(sharedPrefix.length);
    this.shared.add(file);
    const text = `Promise.resolve().then(() => __shared(${JSON.stringify(file)}))`;
    return { start: node.start, end: node.end, text };
  }

  #meta(node: AnyNode & { type: "Identifier" }): string {
    const { start } = node;
    const line = this.#code.slice(0, start).split("\n").length;
    const column = start - (this.#code.lastIndexOf("\n", start - 1) + 1);
    const { source } = originalPositionFor(new TraceMap(this.#map), { line, column });
    const file = resolve(this.#root, source ?? "");
    const variable = this.#metas.get(file) ?? `${this.#prefix}_meta${this.#metas.size}`;
    this.#metas.set(file, variable);
    return variable;
  }

  #remove(node: AnyNode): void {
    this.#edits.push(blank(this.#code, node.start, node.end));
  }

  #loading(): string {
    const loads = [...this.#sources].map(([source, { variable, wanted }]) => {
      return `const ${variable} = ${loadOf(source, wanted)};`;
    });
    const metas = [...this.#metas].map(([file, variable]) => `const ${variable} = ${metaOf(file)};`);
    return [...loads, ...metas].join(" ");
  }

  #publishing(): string {
    const getters = this.#exported.map(({ name, value }) => `${key(name)}: () => ${value}`);
    const stars = this.#stars.map((variable) => ` __publish(null, ${variable});`);
    return `__publish({ ${getters.join(", ")} }); ${this.#loading()}${stars.join("")}`;
  }

  // A name that the module exports itself wins over one of the same name that a star brings.
  #returning(): string {
    const own = this.#exported.map(({ name, value }) => `${key(name)}: ${value}`);
    const stars = this.#stars.map((variable) => `...(({ default: _, ...rest }) => rest)(${variable})`);
    return `return { ${[...stars, ...own].join(", ")} };\n`;
  }
}

function loadOf(source: string, wanted: ReadonlySet<string>): string {
  if (source.startsWith(sharedPrefix))
    return `__shared(${JSON.stringify(source.slice(sharedPrefix.length))})`;
  const names = wanted.size > 0 ? `, ${JSON.stringify([...wanted].join())}` : "";
  return `__package(${JSON.stringify(source)}${names})`;
}

function metaOf(filename: string): string {
  return JSON.stringify({ url: pathToFileURL(filename).href, dirname: dirname(filename), filename });
}

// A function that is called as a property would be handed its module as `this`.
function readIn(parent: AnyNode, node: AnyNode, value: string): string {
  if (parent.type === "Property" && parent.shorthand) return `${(node as { name: string }).name}: ${value}`;
  const called = parent.type === "CallExpression" && parent.callee === node;
  const tagged = parent.type === "TaggedTemplateExpression" && parent.tag === node;
  return (called || tagged) && /[.[]/.test(value) ? `(0, ${value})` : value;
}

function nameOf(node: AnyNode): string {
  return node.type === "Identifier" ? node.name : String((node as { value: unknown }).value);
}

function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function key(name: string): string {
  return name === "__proto__"
    ? `["__proto__"]`
    : /^[A-Za-z_$][\w$]*$/.test(name)
      ? name
      : JSON.stringify(name);
}
