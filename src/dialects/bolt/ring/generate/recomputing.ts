// Dialect: which lists of `for in` Ring computes again in each round with an effect, since they may be others then.
import type { Expression } from "../syntax/ast.ts";

/** What is computed again: the names of the functions it calls; `calls` is null if it only reads places. */
export interface Recomputing {
  readonly calls: readonly string[] | null;
}

/** A call that runs code of the program in any case. */
export const ANY_CALL = "*";

/** How the list of a `for in` is computed again; null if that has no effect. `changed` are the names that its rounds assign. */
export function recomputing(list: Expression, changed: ReadonlySet<string>): Recomputing | null {
  const calls = callsIn(list);
  switch (list.type) {
    case "call":
    case "methodCall":
    case "callValue":
      return calls.length === 0 ? null : { calls };
    case "name":
    case "index":
    case "attribute":
      return { calls: calls.length === 0 ? null : calls };
    case "list":
    case "binary":
      if (list.type === "binary" && list.operator !== ":") return null;
      if (calls.length > 0) return { calls };
      return readsIn(list).some((name) => list.type === "list" || changed.has(name)) ? { calls: null } : null;
    default:
      return null;
  }
}

// What Bolt itself returns is computed once: it would be long for a list of all clients.
function callsIn(node: unknown): string[] {
  return nodesIn(node).flatMap((one) => {
    if (one.type === "call") return [one.name];
    if (one.type === "methodCall") return isBolt(one.base) ? [] : [ANY_CALL];
    return RUNNING.has(one.type) ? [ANY_CALL] : [];
  });
}

const RUNNING: ReadonlySet<string> = new Set(["callValue", "new", "brace", "step"]);

function isBolt(base: Expression): boolean {
  return base.type === "name" && base.name === "$bolt";
}

/** Whether an expression names this variable. */
export function mentions(node: Expression, name: string): boolean {
  return readsIn(node).includes(name);
}

function readsIn(node: unknown): string[] {
  return nodesIn(node).flatMap((one) => (one.type === "name" ? [one.name] : []));
}

/** The expressions in a node, itself included, those in functions without a name not. */
function nodesIn(node: unknown): Expression[] {
  if (typeof node !== "object" || node === null) return [];
  if (!("type" in node)) return Object.values(node).flatMap(nodesIn);
  if (node.type === "function") return [];
  return [node as Expression, ...Object.values(node).flatMap(nodesIn)];
}
