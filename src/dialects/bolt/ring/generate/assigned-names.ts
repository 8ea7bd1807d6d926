// Dialect: the names that the statements of a function assign, and so may be its local variables.
import type { Expression, Statement } from "../syntax/ast.ts";

/** The names that are assigned, counted or walked, those in braces included, those in other functions not. */
export function assignedNames(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) visitStatement(statement, names);
  return names;
}

function visitStatement(statement: Statement, names: Set<string>): void {
  if (statement.type === "assign" && statement.target.type === "name" && statement.operator === "=")
    names.add(statement.target.name);
  if (statement.type === "for" || statement.type === "forIn") names.add(statement.name);
  visitAll(Object.values(statement), names);
}

// The parts of a node are nodes, lists of nodes, or plain values.
function visitAll(parts: readonly unknown[], names: Set<string>): void {
  for (const part of parts) {
    if (Array.isArray(part)) visitAll(part, names);
    else if (isNode(part)) visitNode(part, names);
  }
}

function visitNode(node: Statement | Expression | object, names: Set<string>): void {
  if (!("type" in node)) return visitAll(Object.values(node), names);
  if (node.type === "function") return;
  if ("place" in node && STATEMENTS.has(node.type)) visitStatement(node as Statement, names);
  else visitAll(Object.values(node), names);
}

function isNode(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

const STATEMENTS: ReadonlySet<string> = new Set(["assign", "for", "forIn"]);
