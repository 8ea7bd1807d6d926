// Load: warns when a script seems to share state that each connection has its own copy of.
import { problem, type AppProblem } from "./files/app-problem.ts";
import { readNames } from "./bundle/scope.ts";
import type { Names } from "./bundle/scope.ts";
import { childrenOf, isFunction } from "./bundle/syntax.ts";
import type { AnyNode, ModuleAst } from "./bundle/syntax.ts";
import type { WrittenScript } from "./written-script.ts";

const changing = /^(?:set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin)$/;
const collection = /^(?:Map|Set|WeakMap|WeakSet|Array|Object)$/;

/**
 * Warns when a function of a script changes a variable, list, map or object of the top level although each connection
 * has its own copy. Null when none does, or when the script declares its scope (`scope`, `tickRate`).
 */
export function findSharedState(file: string, source: WrittenScript): AppProblem | null {
  const { program } = source;
  if (exportsOf(program).some((exported) => exported === "scope" || exported === "tickRate")) return null;
  const changed = firstChange(program, readNames(program));
  if (changed === null) return null;
  return problem("PARLOR_SHARED_STATE", { file, ...source.placeOf(changed.at), name: changed.name });
}

function exportsOf(program: ModuleAst): string[] {
  return program.body.flatMap((node) => {
    if (node.type !== "ExportNamedDeclaration") return [];
    const { declaration, specifiers } = node;
    const named = specifiers.map(({ exported }) => (exported.type === "Identifier" ? exported.name : ""));
    const variables = declaration?.type === "VariableDeclaration" ? declaration.declarations : [];
    return [...named, ...variables.map(({ id }) => (id.type === "Identifier" ? id.name : ""))];
  });
}

function firstChange(program: ModuleAst, names: Names): { name: string; at: number } | null {
  const declared = declarations(program);
  const parents = parentsIn(program);
  const changes = names.references.filter((reference) => {
    const kind = declared.get(reference.node.name)?.kind;
    if (kind === undefined || reference.scope.find(reference.node.name) !== names.top) return false;
    if (!runsLater(reference.node, parents)) return false;
    return (kind === "variable" && isTarget(reference.node, parents)) || isModified(reference.node, parents);
  });
  const changed = new Set(changes.map(({ node }) => node.name));
  // In the order of the source, so the first that is changed is the first that a reader comes to.
  const first = [...declared].find(([name]) => changed.has(name));
  return first === undefined ? null : { name: first[0], at: first[1].at };
}

interface Declaration {
  readonly kind: "variable" | "collection";
  readonly at: number;
}

function declarations(program: ModuleAst): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const statement of program.body) {
    const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (node?.type !== "VariableDeclaration") continue;
    for (const { id, init } of node.declarations) {
      if (id.type !== "Identifier") continue;
      if (node.kind !== "const") found.set(id.name, { kind: "variable", at: id.start });
      else if (init && isCollection(init)) found.set(id.name, { kind: "collection", at: id.start });
    }
  }
  return found;
}

function isCollection(node: AnyNode): boolean {
  if (node.type === "ArrayExpression" || node.type === "ObjectExpression") return true;
  if (node.type === "CallExpression") return isCollectionMaker(node.callee);
  return (
    node.type === "NewExpression" && node.callee.type === "Identifier" && collection.test(node.callee.name)
  );
}

// `Object.create(null)`, `Array.from(...)`, `Array(9)`.
function isCollectionMaker(callee: AnyNode): boolean {
  const maker = callee.type === "MemberExpression" ? callee.object : callee;
  return maker.type === "Identifier" && /^(?:Array|Object)$/.test(maker.name);
}

function parentsIn(program: ModuleAst): Map<AnyNode, AnyNode> {
  const parents = new Map<AnyNode, AnyNode>();
  const visit = (node: AnyNode): void => {
    for (const child of childrenOf(node)) {
      parents.set(child, node);
      visit(child);
    }
  };
  visit(program);
  return parents;
}

function runsLater(node: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  for (let above = parents.get(node); above !== undefined; above = parents.get(above)) {
    if (isFunction(above)) return true;
  }
  return false;
}

// The value itself is changed: `users.name = x`, `users[i].n++`, `delete users[id]`, `users.push(x)`.
function isModified(node: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  let value = node;
  for (let above = parents.get(value); above?.type === "MemberExpression"; above = parents.get(value)) {
    if (above.object !== value) return false;
    if (isTarget(above, parents)) return true;
    const { property, computed } = above;
    const call = parents.get(above);
    const called = call?.type === "CallExpression" && call.callee === above;
    if (called) return !computed && property.type === "Identifier" && changing.test(property.name);
    value = above;
  }
  return false;
}

function isTarget(node: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  const above = parents.get(node);
  if (above?.type === "AssignmentExpression") return above.left === node;
  if (above?.type === "UpdateExpression") return true;
  if (above?.type === "UnaryExpression") return above.operator === "delete";
  if (above?.type === "ForOfStatement" || above?.type === "ForInStatement") return above.left === node;
  return above !== undefined && isPatternTarget(node, above, parents);
}

// `[a, b] = pair` and `({ a } = object)`.
function isPatternTarget(node: AnyNode, above: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  if (above.type === "ArrayPattern" || above.type === "RestElement") return true;
  if (above.type === "AssignmentPattern") return above.left === node;
  return above.type === "Property" && above.value === node && parents.get(above)?.type === "ObjectPattern";
}
