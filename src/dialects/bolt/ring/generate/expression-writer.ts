// Dialect: writes expressions of Ring as JavaScript.
import type {
  BinaryNode,
  BraceNode,
  Expression,
  MethodCallNode,
  NewNode,
  Target,
  UnaryNode,
} from "../syntax/ast.ts";
import type { Place } from "../syntax/tokens.ts";
import type { FunctionScope } from "./function-scope.ts";
import { BINARY } from "./operator-helpers.ts";
import { CallWriter } from "./call-writer.ts";
import { property, quoted } from "./js-names.ts";
import { mark } from "./marks.ts";
import type { RingModuleNames } from "./ring-module-names.ts";
import type { VariableWriter } from "./variable-writer.ts";
import { howHeld, mayBeObject } from "./how-held.ts";
import type { BodyWriters, WriterParts } from "./writer-parts.ts";

/** One for the code of a function. */
export class ExpressionWriter {
  readonly #names: RingModuleNames;
  readonly #variables: VariableWriter;
  readonly #scope: FunctionScope;
  readonly #bodies: BodyWriters;
  readonly #calls: CallWriter;
  readonly #hasRingLines: boolean;
  /** Where the statement begins that is written: what stands in other lines of it is marked. */
  #statement: Place = { line: 1, column: 1 };
  #line = 1;

  constructor(parts: WriterParts, scope: FunctionScope) {
    this.#names = parts.names;
    this.#variables = parts.variables;
    this.#bodies = parts.bodies;
    this.#hasRingLines = parts.hasRingLines;
    this.#scope = scope;
    this.#calls = new CallWriter(parts, scope, this);
  }

  /** Begins another statement, which stands in this line. */
  startStatement(place: Place, line: number): void {
    this.#statement = place;
    this.#line = line;
  }

  /** The value, which may be the same list as in some place. */
  value(node: Expression): string {
    const [place, line] = [this.#statement, this.#line];
    const isElsewhere = "place" in node && node.type !== "brace" && node.place.line !== line;
    if (isElsewhere) this.startStatement(node.place, node.place.line);
    const value = this.#value(node);
    this.startStatement(place, line);
    return isElsewhere ? `${mark(node.place)}${value}${mark(place)}` : value;
  }

  #value(node: Expression): string {
    switch (node.type) {
      case "number":
        return String(node.value);
      case "text":
        return quoted(node.value);
      case "name":
        return this.#variables.read(node.name, this.#scope);
      case "list":
        return this.helper("list", `[${node.items.map((item) => this.stored(item)).join(", ")}]`);
      case "unary":
        return this.#unary(node);
      case "binary":
        return this.#binary(node);
      case "index":
        return this.helper("itemAt", this.value(node.base), this.value(node.at));
      case "attribute":
        return this.#attribute(node.base, node.name);
      case "call":
        return this.#call(node.name, node.arguments, node.place);
      case "methodCall":
        return this.#methodCall(node);
      case "callValue":
        return this.#callValue(node.callee, node.arguments);
      case "new":
        return this.#new(node);
      case "function":
        return this.#names.anonymous(this.#bodies.function(node.function));
      case "step":
        return this.#step(node.target, node.by);
      case "brace":
        return this.#brace(node);
    }
  }

  /** The value for another place: a copy, or what no place holds yet. */
  stored(node: Expression): string {
    const value = this.value(node);
    switch (howHeld(node)) {
      case "nowhere":
        return value;
      case "result":
        return this.helper("take", value);
      default:
        return this.helper("copyOf", value);
    }
  }

  /** The value that a function returns. A local variable ends with it. */
  returned(node: Expression): string {
    if (node.type === "name" && this.#isOwn(node.name)) {
      const variable = this.#scope.variable(node.name);
      return `${variable} !== undefined ? ${this.helper("temporary", variable)} : ${this.value(node)}`;
    }
    const isObject =
      node.type === "list" || node.type === "new" || (node.type === "brace" && howHeld(node) === "nowhere");
    return isObject ? this.helper("temporary", this.value(node)) : this.value(node);
  }

  /** A condition as a JavaScript boolean. */
  test(node: Expression): string {
    if (node.type === "binary" && !mayBeObject(node.left)) {
      if (node.operator === "and") return `(${this.test(node.left)} && ${this.test(node.right)})`;
      if (node.operator === "or") return `(${this.test(node.left)} || ${this.test(node.right)})`;
    }
    return this.helper("countsAsTrue", this.value(node));
  }

  helper(name: string, ...values: readonly string[]): string {
    return `${this.#names.helper(name)}(${values.join(", ")})`;
  }

  /** A helper whose failure Ring places in this line; what its values call stays in the line of the statement. */
  inRingLine(line: number, name: string, ...values: readonly string[]): string {
    const start = this.ringMark(line);
    if (start === "") return this.helper(name, ...values);
    const inner = values.map((value) => `${mark(this.#statement)}${value}`);
    return `${start}${this.helper(name, ...inner)}${mark(this.#statement)}`;
  }

  /** The mark of an operation that Ring places in this line, after all that it uses; empty for the line of the statement. */
  ringMark(line: number): string {
    return this.#hasRingLines && line !== this.#line ? mark({ line, column: 1 }) : "";
  }

  /** A new object, and what its `init` returned: braces and calls after it work on that. */
  created(node: NewNode): { readonly object: string; readonly steps: string; readonly result: string } {
    const object = this.#temporary();
    const name =
      typeof node.name === "string" ? quoted(node.name) : this.helper("lower", this.value(node.name));
    const use = this.#names.use(this.#scope.owner?.packageName ?? "");
    const steps = `${object} = $ring.classes.create(${name}, ${use})`;
    if (node.arguments === null) return { object, steps, result: object };
    const values = [object, ...node.arguments.map((value) => this.value(value))];
    return { object, steps, result: `${this.helper("initOf", object)}(${values.join(", ")})` };
  }

  #isOwn(name: string): boolean {
    const { parameters } = this.#scope;
    return this.#scope.isLocal(name) && !parameters.has(name) && this.#scope.alias(name) === null;
  }

  #temporary(): string {
    return this.#scope.temporary(`t${this.#names.unique()}`);
  }

  #unary({ operator, value, ringLine }: UnaryNode): string {
    if (operator === "-" && value.type === "number") return `(-${value.value})`;
    const helper = { "-": "negate", "~": "bitNot", not: "not" }[operator] as string;
    return this.inRingLine(ringLine, helper, this.value(value));
  }

  #binary({ operator, left, right, ringLine }: BinaryNode): string {
    if (operator === "and" || operator === "or") return this.#logic(operator, left, right);
    return this.inRingLine(ringLine, BINARY[operator] as string, this.value(left), this.value(right));
  }

  // An object with operators has its say, so the right side is computed then.
  #logic(operator: "and" | "or", left: Expression, right: Expression): string {
    if (!mayBeObject(left)) {
      const sign = operator === "and" ? "&&" : "||";
      return `(${this.test(left)} ${sign} ${this.test(right)} ? 1 : 0)`;
    }
    const held = this.#temporary();
    const first = `${held} = ${this.value(left)}`;
    const both = this.helper(operator, held, this.value(right));
    return operator === "and"
      ? `(${this.helper("countsAsTrue", first)} ? ${both} : 0)`
      : `(${this.helper("decides", first)} ? 1 : ${both})`;
  }

  #attribute(base: Expression, name: string): string {
    const { isMethod, brace, caller } = this.#scope;
    const isOwn = base.type === "name" && (base.name === "self" || base.name === "this");
    if (isOwn && this.#scope.kind === "class" && brace === null)
      return `(self.attributes${property(name)} ??= "NULL")`;
    const isSelf = isMethod && brace === null && base.type === "name" && base.name === "self";
    const read = this.helper("attributeOf", this.value(base), quoted(name), caller);
    return isSelf ? `(self.attributes${property(name)} ?? ${read})` : read;
  }

  #arguments(self: string, values: readonly Expression[]): string {
    return [self, ...values.map((value) => this.value(value))].join(", ");
  }

  #call(name: string, values: readonly Expression[], place: Place): string {
    if (name === "islocal" || name === "locals") return this.#locals(name, values);
    this.#bodies.refuse(name, place);
    const code = `${this.#names.callee(name)}.code`;
    const { object, brace, caller } = this.#scope;
    if (object === null)
      return this.#calls.write(name, values, (list) => `${code}(${["null", ...list].join(", ")})`);
    const method =
      brace === null
        ? `self.ringClass.all${property(name)}`
        : this.helper("braceMethod", brace, quoted(name), caller);
    return this.#calls.write(
      name,
      values,
      (list) => `(${method} ?? ${code})(${[object, ...list].join(", ")})`,
    );
  }

  // These two see the variables of the function that calls them.
  #locals(name: string, values: readonly Expression[]): string {
    const helper = name === "locals" ? "localNames" : "isLocalName";
    return this.helper(helper, this.#scope.localTable(), ...values.map((value) => this.value(value)));
  }

  #methodCall({ base, name, arguments: values }: MethodCallNode): string {
    if (base.type === "name" && base.name === "super") return this.#superCall(name, values);
    const { isMethod, caller } = this.#scope;
    const object = this.#base(base);
    const table = isMethod ? "all" : "open";
    const method = `${object.first}.ringClass?.${table}${property(name)} ?? ${this.helper("methodOf", object.again, quoted(name), caller)}`;
    return this.#calls.write(name, values, (list) => `(${method})(${[object.again, ...list].join(", ")})`);
  }

  // Evaluated once.
  #base(base: Expression): { readonly first: string; readonly again: string } {
    if (base.type === "new") {
      const { steps, result } = this.created(base);
      const again = this.#temporary();
      return { first: `(${steps}, ${again} = ${result})`, again };
    }
    const value = this.value(base);
    if (/^[\w$]+$/.test(value)) return { first: value, again: value };
    const again = this.#temporary();
    return { first: `(${again} = ${value})`, again };
  }

  #superCall(name: string, values: readonly Expression[]): string {
    const { owner, isMethod } = this.#scope;
    if (!isMethod || owner === null) return this.helper("fail", `"R13"`);
    const at = `[${quoted(owner.name)}, ${quoted(owner.packageName)}]`;
    const method = this.helper("superMethod", "self", at, quoted(name));
    return `${method}(${this.#arguments("self", values)})`;
  }

  #callValue(callee: Expression, values: readonly Expression[]): string {
    const self = this.#scope.object ?? "null";
    return `${this.helper("calleeOf", this.value(callee), self)}(${this.#arguments(self, values)})`;
  }

  #new(node: NewNode): string {
    const { object, steps, result } = this.created(node);
    return result === object ? `(${steps})` : `(${steps}, ${result}, ${object})`;
  }

  #step(target: Target, by: 1 | -1): string {
    if (target.type === "name") return this.#variables.step(target.name, by, this.#scope);
    const base = this.value(target.base);
    if (target.type === "index") return this.helper("stepItem", base, this.value(target.at), String(by));
    return this.helper("stepAttribute", base, quoted(target.name), String(by), this.#scope.caller);
  }

  #brace({ object, body }: BraceNode): string {
    const variable = `b${this.#names.unique()}`;
    const write = (): string =>
      this.#scope.within({ loop: null, brace: variable }, () => this.#bodies.block(body, this.#scope));
    if (object.type !== "new")
      return this.helper("inBraces", this.value(object), `(${variable}) => {${write()}}`);
    const { object: made, steps, result } = this.created(object);
    return `(${steps}, ${this.helper("inBraces", result, `(${variable}) => {${write()}}`)}, ${made})`;
  }
}
