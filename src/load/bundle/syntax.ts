// Load: parses code and walks its syntax tree.
import { parse } from "acorn";
import type { AnyNode, Program as ModuleAst } from "acorn";

export type { AnyNode, Identifier, Program as ModuleAst } from "acorn";

/** Parses a module, or the body of a factory. */
export function parseModule(code: string): ModuleAst {
  return parse(code, { ecmaVersion: "latest", sourceType: "module", allowReturnOutsideFunction: true });
}

/** The nodes directly below a node, in the order of the source. */
export function childrenOf(node: AnyNode): AnyNode[] {
  return (Object.values(node) as unknown[]).flat().filter(isNode);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** Whether the module awaits at its top level. */
export function hasTopLevelAwait(node: AnyNode): boolean {
  if (node.type === "AwaitExpression") return true;
  if (node.type === "ForOfStatement" && node.await) return true;
  return childrenOf(node).some((child) => !isFunction(child) && hasTopLevelAwait(child));
}

/** Whether the node is a function of any kind. */
export function isFunction(node: AnyNode): boolean {
  return /^(?:Function|ArrowFunction)/.test(node.type);
}
