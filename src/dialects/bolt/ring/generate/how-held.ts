// Dialect: which values of Ring must be copied when they are assigned, and which may be objects.
import type { Expression } from "../syntax/ast.ts";

/** Whether a value is in a place, in none, or may be either since a call has returned it. */
export function howHeld(node: Expression): "place" | "nowhere" | "result" {
  switch (node.type) {
    case "name":
    case "index":
    case "attribute":
      return "place";
    case "call":
    case "methodCall":
    case "callValue":
      return "result";
    case "brace":
      return node.object.type === "new" ? "nowhere" : "result";
    case "binary":
      return "+-*/%**&|^<<>>".includes(node.operator) ? "result" : "nowhere";
    case "unary":
      return node.operator === "not" ? "nowhere" : "result";
    default:
      return "nowhere";
  }
}

/** Whether a value may be an object with operators, as far as the code shows. */
export function mayBeObject({ type }: Expression): boolean {
  return OBJECTS.has(type);
}

const OBJECTS: ReadonlySet<Expression["type"]> = new Set([
  ...(["name", "index", "attribute"] as const),
  ...(["call", "methodCall", "callValue", "new", "brace"] as const),
]);
