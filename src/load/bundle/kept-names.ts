// Load: takes out the calls by which the bundler keeps the names of functions, where their code gives the same name.
import { blank, type Edit } from "./edits.ts";
import { childrenOf, type AnyNode, type ModuleAst } from "./syntax.ts";

/**
 * The bundler has each function and class named by a call, because it may have renamed it. In a handler, such a call
 * would run for each message. It stays only where the name in the code is another one.
 */
export function needlessNames(code: string, program: ModuleAst): Edit[] {
  const helper = HELPER.exec(code);
  if (helper === null) return [];
  const declared = { start: helper.index, end: helper.index + helper[0].length };
  const calls = new NameCalls(code, { name: helper[1] ?? "", ...declared });
  calls.visit(program, null);
  if (!calls.hasKept) calls.remove(declared);
  return calls.edits;
}

/** The function that sets a name, as the bundler writes it. */
const HELPER = /^var (__name\d*) = \(target, value\) => __defProp\d*\(target, "name", \{.*\}\);$/m;

class NameCalls {
  readonly edits: Edit[] = [];
  hasKept = false;
  readonly #code: string;
  readonly #helper: Helper;

  constructor(code: string, helper: Helper) {
    this.#code = code;
    this.#helper = helper;
  }

  /** `given`: the name that the code gives to the value of this node, if the value has none of its own. */
  visit(node: AnyNode, given: string | null): void {
    const call = this.#callIn(node);
    if (call === null) {
      if (this.#isOtherUse(node)) this.hasKept = true;
      return this.#visitChildren(node, given);
    }
    const { target, name } = call;
    if (ownName(target, given) !== name) this.hasKept = true;
    else if (node.type === "CallExpression") this.#unwrap(node, target);
    else this.remove(node);
    this.visit(target, name);
  }

  remove({ start, end }: Pick<AnyNode, "start" | "end">): void {
    this.edits.push(blank(this.#code, start, end));
  }

  // The bundler's own code for decorators names a class by a name that it is given.
  #isOtherUse(node: AnyNode): boolean {
    const { name, start, end } = this.#helper;
    return node.type === "Identifier" && node.name === name && !(node.start >= start && node.end <= end);
  }

  #unwrap(call: AnyNode, target: AnyNode): void {
    this.remove({ start: call.start, end: target.start });
    this.remove({ start: target.end, end: call.end });
  }

  #visitChildren(node: AnyNode, given: string | null): void {
    for (const child of childrenOf(node)) this.visit(child, nameFrom(node, child, given));
  }

  // `__name(f, "f")`: around an expression, as a statement, or alone in the static block of a class.
  #callIn(node: AnyNode): NameCall | null {
    if (node.type === "CallExpression") return this.#nameCall(node);
    if (node.type === "ExpressionStatement") return this.#setterIn(node);
    return node.type === "StaticBlock" && node.body.length === 1 ? this.#setterIn(node.body[0]) : null;
  }

  #setterIn(node: AnyNode | undefined): NameCall | null {
    const call = node?.type === "ExpressionStatement" ? this.#nameCall(node.expression) : null;
    return call !== null && /^(?:Identifier|ThisExpression)$/.test(call.target.type) ? call : null;
  }

  #nameCall(node: AnyNode): NameCall | null {
    if (node.type !== "CallExpression" || node.callee.type !== "Identifier") return null;
    const [target, name] = node.arguments;
    if (node.callee.name !== this.#helper.name || target === undefined || name?.type !== "Literal")
      return null;
    return { target, name: String(name.value) };
  }
}

/** The helper's name, and where it is declared. */
interface Helper extends Pick<AnyNode, "start" | "end"> {
  readonly name: string;
}

interface NameCall {
  readonly target: AnyNode;
  readonly name: string;
}

/** The name that a function or class has without the call. `this` is a class, whose name is given. */
function ownName(target: AnyNode, given: string | null): string | null {
  if (target.type === "Identifier") return target.name;
  const isNamed = target.type === "FunctionExpression" || target.type === "ClassExpression";
  return isNamed && target.id ? target.id.name : given;
}

/** The name that a node gives to what is directly in it. */
function nameFrom(node: AnyNode, child: AnyNode, given: string | null): string | null {
  switch (node.type) {
    case "VariableDeclarator":
      return child === node.init ? nameIn(node.id) : null;
    case "AssignmentExpression":
    case "AssignmentPattern":
      return child === node.right ? nameIn(node.left) : null;
    case "Property":
    case "PropertyDefinition":
      return child === node.value && !node.computed ? keyOf(node.key) : null;
    case "ClassDeclaration":
    case "ClassExpression":
      return child === node.body ? (node.id?.name ?? given) : null;
    case "ClassBody":
      return child.type === "StaticBlock" ? given : null;
    default:
      return null;
  }
}

function keyOf(key: AnyNode): string {
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  return key.type === "Identifier" ? key.name : String((key as { value: unknown }).value);
}

function nameIn(target: AnyNode): string | null {
  return target.type === "Identifier" ? target.name : null;
}
