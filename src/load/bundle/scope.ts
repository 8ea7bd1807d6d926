// Load: which names a module declares and uses, and in which scope.
import { childrenOf } from "./syntax.ts";
import type { AnyNode, Identifier, ModuleAst } from "./syntax.ts";

/** A module, function, class or block, with the names that it declares. */
export class Scope {
  readonly parent: Scope | null;
  /** The scope of a `var` that is declared in this one. */
  readonly functionScope: Scope;
  readonly names = new Set<string>();

  constructor(parent: Scope | null, isFunction: boolean) {
    this.parent = parent;
    this.functionScope = isFunction || parent === null ? this : parent.functionScope;
  }

  /** The scope that declares the name, or null when the name is free. */
  find(name: string): Scope | null {
    if (this.names.has(name)) return this;
    return this.parent === null ? null : this.parent.find(name);
  }
}

/** A use of a name, as opposed to its declaration. */
export interface Reference {
  readonly node: Identifier;
  readonly parent: AnyNode;
  readonly scope: Scope;
}

/** The names that a module declares at its top level, and every use of a name in it. */
export interface Names {
  readonly top: Scope;
  readonly references: readonly Reference[];
}

/** Reads which names a module declares and uses. */
export function readNames(program: ModuleAst): Names {
  const top = new Scope(null, true);
  const reader = new Reader();
  for (const statement of program.body) reader.visit(statement, program, top);
  return { top, references: reader.references };
}

/** The names that the module uses and does not declare. */
export function freeNames({ references }: Names): Set<string> {
  const free = references.filter(({ node, scope }) => scope.find(node.name) === null);
  return new Set(free.map(({ node }) => node.name));
}

class Reader {
  readonly references: Reference[] = [];

  // References are resolved only when everything is read, so that hoisting needs no care here.
  visit(node: AnyNode, parent: AnyNode, scope: Scope): void {
    switch (node.type) {
      case "Identifier":
        this.references.push({ node, parent, scope });
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#function(node, scope);
      case "ClassDeclaration":
      case "ClassExpression":
        return this.#class(node, scope);
      case "VariableDeclaration":
        return this.#variables(node, scope);
      case "ImportDeclaration":
        for (const { local } of node.specifiers) scope.names.add(local.name);
        return;
      case "ExportNamedDeclaration":
        return this.#export(node, scope);
      case "ExportAllDeclaration":
        return;
      case "CatchClause":
        return this.#catch(node, scope);
      default:
        return this.#other(node, scope);
    }
  }

  #function(node: AnyNode & { type: `${string}Function${string}` }, scope: Scope): void {
    if (node.type === "FunctionDeclaration" && node.id !== null) scope.names.add(node.id.name);
    const inner = new Scope(scope, true);
    if (node.type !== "ArrowFunctionExpression") inner.names.add("arguments");
    if (node.type === "FunctionExpression" && node.id) inner.names.add(node.id.name);
    for (const parameter of node.params) this.#bind(parameter, inner, inner);
    // The defaults of parameters do not see what the body declares.
    if (node.body.type === "BlockStatement") this.#all(node.body, new Scope(inner, true));
    else this.visit(node.body, node, inner);
  }

  #class(node: AnyNode & { type: "ClassDeclaration" | "ClassExpression" }, scope: Scope): void {
    if (node.type === "ClassDeclaration" && node.id !== null) scope.names.add(node.id.name);
    const inner = new Scope(scope, false);
    if (node.id) inner.names.add(node.id.name);
    if (node.superClass) this.visit(node.superClass, node, inner);
    this.visit(node.body, node, inner);
  }

  #variables(node: AnyNode & { type: "VariableDeclaration" }, scope: Scope): void {
    const target = node.kind === "var" ? scope.functionScope : scope;
    for (const { id, init } of node.declarations) {
      this.#bind(id, target, scope);
      if (init) this.visit(init, node, scope);
    }
  }

  #export(node: AnyNode & { type: "ExportNamedDeclaration" }, scope: Scope): void {
    if (node.declaration) this.visit(node.declaration, node, scope);
    if (node.source) return;
    for (const specifier of node.specifiers) this.visit(specifier.local, specifier, scope);
  }

  #catch(node: AnyNode & { type: "CatchClause" }, scope: Scope): void {
    const inner = new Scope(scope, false);
    if (node.param) this.#bind(node.param, inner, inner);
    this.#all(node.body, inner);
  }

  #other(node: AnyNode, scope: Scope): void {
    switch (node.type) {
      case "MemberExpression":
        this.visit(node.object, node, scope);
        if (node.computed) this.visit(node.property, node, scope);
        return;
      case "Property":
      case "MethodDefinition":
      case "PropertyDefinition":
        if (node.computed) this.visit(node.key, node, scope);
        if (node.value) this.visit(node.value, node, scope);
        return;
      case "LabeledStatement":
        return this.visit(node.body, node, scope);
      case "SwitchStatement":
        return this.#switch(node, scope);
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
        return;
      default:
        return this.#all(node, opensScope(node) ? new Scope(scope, node.type === "StaticBlock") : scope);
    }
  }

  // The value that is switched on does not see what the cases declare.
  #switch(node: AnyNode & { type: "SwitchStatement" }, scope: Scope): void {
    this.visit(node.discriminant, node, scope);
    const inner = new Scope(scope, false);
    for (const part of node.cases) this.visit(part, node, inner);
  }

  #all(node: AnyNode, scope: Scope): void {
    for (const child of childrenOf(node)) this.visit(child, node, scope);
  }

  #bind(pattern: AnyNode, target: Scope, scope: Scope): void {
    switch (pattern.type) {
      case "Identifier":
        target.names.add(pattern.name);
        return;
      case "AssignmentPattern":
        this.#bind(pattern.left, target, scope);
        return this.visit(pattern.right, pattern, scope);
      case "Property":
        if (pattern.computed) this.visit(pattern.key, pattern, scope);
        return this.#bind(pattern.value, target, scope);
      default:
        for (const child of childrenOf(pattern)) this.#bind(child, target, scope);
    }
  }
}

function opensScope({ type }: AnyNode): boolean {
  return type === "BlockStatement" || type === "StaticBlock" || type.startsWith("For");
}
