// Load: reads the exports of a cron or task script without running it.
import type { ExportShape, ScriptShape } from "../boundary/shape.ts";
import { parseModule } from "./bundle/syntax.ts";
import type { AnyNode, ModuleAst } from "./bundle/syntax.ts";

/**
 * Reads the exports of a cron or task file from its bundle, because evaluating the file would run the job. A value that
 * is neither a literal nor a function is `other`.
 */
export function readCronExports(code: string): ScriptShape {
  const program = parseModule(code);
  const exports: Record<string, ExportShape> = Object.create(null);
  for (const [name, value] of exportedBy(program)) {
    exports[name] = shapeOfNode(
      value.type === "Identifier" ? (declared(program, value.name) ?? value) : value,
    );
  }
  return { exports };
}

function exportedBy(program: ModuleAst): [name: string, value: AnyNode][] {
  const end = program.body.findLast(({ type }) => type === "ReturnStatement");
  const returned = end?.type === "ReturnStatement" ? end.argument : null;
  if (returned?.type !== "ObjectExpression") return [];
  return returned.properties.flatMap((property): [string, AnyNode][] => {
    if (property.type !== "Property") return [];
    const { key } = property;
    return [
      [key.type === "Identifier" ? key.name : String((key as { value: unknown }).value), property.value],
    ];
  });
}

function declared(program: ModuleAst, name: string): AnyNode | null {
  for (const node of program.body) {
    if (node.type === "FunctionDeclaration" && node.id?.name === name) return node;
    if (node.type !== "VariableDeclaration") continue;
    const found = node.declarations.find(({ id }) => id.type === "Identifier" && id.name === name);
    if (found?.init) return isReassigned(program, name) ? null : found.init;
  }
  return null;
}

// A value that the code changes later is not its initial literal.
function isReassigned(program: ModuleAst, name: string): boolean {
  return program.body.some((node) => {
    if (node.type !== "ExpressionStatement" || node.expression.type !== "AssignmentExpression") return false;
    const { left } = node.expression;
    return left.type === "Identifier" && left.name === name;
  });
}

function shapeOfNode(node: AnyNode): ExportShape {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return { type: "function", async: node.async, length: lengthOf(node.params) };
    case "Literal":
      if (node.value === null && !node.regex) return { type: "data", value: null };
      return isPlain(node.value)
        ? { type: "data", value: node.value }
        : { type: "other", description: "not a literal" };
    case "TemplateLiteral":
      if (node.expressions.length > 0) return { type: "other", description: "a computed text" };
      return { type: "data", value: node.quasis[0]?.value.cooked ?? "" };
    case "UnaryExpression":
      return negated(node);
    case "CallExpression":
      return shapeOfCall(node);
    default:
      return COMPUTED;
  }
}

const COMPUTED: ExportShape = { type: "other", description: "a computed value" };

// The bundler gives some functions their names by a call.
function shapeOfCall({ callee, arguments: [value] }: AnyNode & { type: "CallExpression" }): ExportShape {
  const isName = callee.type === "Identifier" && /^__name\d*$/.test(callee.name);
  return isName && value !== undefined ? shapeOfNode(value) : COMPUTED;
}

// The bundler writes `true` as `!0` where it may, and a negative number is a sign and a number.
function negated({ operator, argument }: AnyNode & { type: "UnaryExpression" }): ExportShape {
  const value = argument.type === "Literal" && typeof argument.value === "number" ? argument.value : null;
  if (value !== null && operator === "-") return { type: "data", value: -value };
  if (value !== null && operator === "!") return { type: "data", value: value === 0 };
  return COMPUTED;
}

function lengthOf(parameters: readonly AnyNode[]): number {
  const optional = parameters.findIndex(({ type }) => type === "AssignmentPattern" || type === "RestElement");
  return optional === -1 ? parameters.length : optional;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
