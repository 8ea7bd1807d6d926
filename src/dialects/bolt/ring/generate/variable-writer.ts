// Dialect: writes how variables are read, assigned and counted: local ones first, then attributes, then global ones.
import { property, quoted } from "./js-names.ts";
import type { FunctionScope } from "./function-scope.ts";
import type { RingModuleNames } from "./ring-module-names.ts";

/** All values are JavaScript expressions that were written before. */
export class VariableWriter {
  readonly #names: RingModuleNames;

  constructor(names: RingModuleNames) {
    this.#names = names;
  }

  read(name: string, scope: FunctionScope): string {
    const object = objectOf(name, scope);
    if (object !== null) return object;
    if (scope.isKnown(name)) return scope.variable(name);
    if (scope.kind === "class" && scope.brace === null)
      return this.#call("className", "self", quoted(name), this.#names.global(name));
    const local = scope.isLocal(name) ? [scope.variable(name)] : classLocal(name, scope);
    return `(${[...local, ...this.#attribute(name, scope), this.#global(name)].join(" ?? ")})`;
  }

  /** The value of a global variable, or the error that there is none. */
  #global(name: string): string {
    return `${this.#names.global(name)}.value ?? ${this.#call("missing", quoted(name))}`;
  }

  #attribute(name: string, scope: FunctionScope): string[] {
    if (scope.brace !== null) return [this.#call("braceAttribute", scope.brace, quoted(name), scope.caller)];
    return scope.isMethod ? [`self.attributes${property(name)}`] : [];
  }

  /** A statement that assigns a value, which is an expression without effects. */
  assign(name: string, value: string, scope: FunctionScope): string {
    const alias = scope.alias(name);
    const statement = this.#plainAssign(name, value, scope);
    return alias === null ? statement : `${statement} ${alias.item} = ${value}; ${alias.afterwards}`;
  }

  #plainAssign(name: string, value: string, scope: FunctionScope): string {
    const variable = scope.variable(name);
    const global = `${this.#names.global(name)}.value`;
    if (scope.isKnown(name)) {
      const isParameter = scope.parameters.has(name) && scope.alias(name) === null;
      return isParameter
        ? `${variable} = ${this.#call("assignParameter", variable, value)};`
        : `${variable} = ${value};`;
    }
    if (scope.kind === "class" && scope.brace === null)
      return `${this.#call("setClassName", "self", quoted(name), value, this.#names.global(name))};`;
    const attribute = this.#assignAttribute(name, value, scope);
    if (scope.kind === "class") {
      const own = `self.attributes${property(name)} = ${value};`;
      return `if (self.attributes${property(name)} !== undefined) ${own} else ${attribute}if (${global} !== undefined) ${global} = ${value}; else ${own}`;
    }
    if (!scope.isLocal(name)) return `${attribute}${global} = ${value};`;
    const first =
      attribute === "" ? "" : `if (${variable} !== undefined) ${variable} = ${value}; else ${attribute}`;
    return `${first}if (${variable} === undefined && ${global} !== undefined) ${global} = ${value}; else ${variable} = ${value};`;
  }

  #assignAttribute(name: string, value: string, scope: FunctionScope): string {
    const { object } = scope;
    if (object === null) return "";
    const place = `${object}.attributes${property(name)}`;
    const set =
      scope.brace === null
        ? `${place} = ${value}`
        : this.#call("setBraceAttribute", object, quoted(name), value, scope.caller);
    return `if (${place} !== undefined) ${set}; else `;
  }

  /** A statement that changes a variable by a compound operator. In braces, attributes have their methods. */
  change(
    name: string,
    value: string,
    operators: { readonly strict: string; readonly plain: string },
    scope: FunctionScope,
  ): string {
    const changed = (old: string): string => this.#call(operators.strict, old, value);
    const alias = scope.alias(name);
    const variable = scope.variable(name);
    const back = alias === null ? "" : ` ${alias.item} = ${this.read(name, scope)}; ${alias.afterwards}`;
    const before = alias?.before ?? "";
    if (scope.isKnown(name)) return `${before}${variable} = ${changed(variable)};${back}`;
    const { object } = scope;
    const local = scope.isLocal(name)
      ? `if (${variable} !== undefined) ${variable} = ${changed(variable)}; else `
      : "";
    const attribute =
      object === null ? "" : this.#changeAttribute(object, name, { ...operators, value }, scope);
    const global = `${this.#names.global(name)}.value`;
    return `${before}${local}${attribute}${global} = ${changed(this.#global(name))};${back}`;
  }

  #changeAttribute(
    object: string,
    name: string,
    { strict, plain, value }: { readonly strict: string; readonly plain: string; readonly value: string },
    scope: FunctionScope,
  ): string {
    const place = `${object}.attributes${property(name)}`;
    if (scope.brace === null)
      return `if (${place} !== undefined) ${place} = ${this.#call(strict, place, value)}; else `;
    const read = this.#call("braceAttribute", object, quoted(name), scope.caller);
    const changed = this.#call(plain, read, value);
    const set = this.#call("setBraceAttribute", object, quoted(name), changed, scope.caller);
    return `if (${place} !== undefined) ${set}; else `;
  }

  /** An expression that adds 1 or -1 and has the new value. */
  step(name: string, by: number, scope: FunctionScope): string {
    const increased = (old: string): string => this.#call("increase", old, String(by));
    const alias = scope.alias(name);
    const item = alias === null ? "" : `${alias.item} = `;
    const variable = scope.variable(name);
    if (scope.isKnown(name)) return `(${variable} = ${item}${increased(variable)})`;
    const local = scope.isLocal(name)
      ? `${variable} !== undefined ? ${variable} = ${item}${increased(variable)} : `
      : "";
    const place = scope.object === null ? "" : `${scope.object}.attributes${property(name)}`;
    const attribute = place === "" ? "" : `${place} !== undefined ? ${place} = ${increased(place)} : `;
    const global = `${this.#names.global(name)}.value`;
    return `(${local}${attribute}${global} = ${item}${increased(this.#global(name))})`;
  }

  /** The variable of a loop, which is local in every function. */
  loopVariable(name: string, scope: FunctionScope): string {
    return scope.isLocal(name) ? scope.variable(name) : `${this.#names.global(name)}.value`;
  }

  #call(helper: string, ...values: readonly string[]): string {
    return `${this.#names.helper(helper)}(${values.join(", ")})`;
  }
}

/** In braces in the body of a class, the attributes of its object are what local variables are elsewhere. */
function classLocal(name: string, scope: FunctionScope): string[] {
  return scope.kind === "class" ? [`self.attributes${property(name)}`] : [];
}

/** What `self` and `this` stand for; null if the name is an ordinary one here. */
function objectOf(name: string, scope: FunctionScope): string | null {
  if (name === "self") return scope.kind === "class" ? "self" : scope.object;
  if (name !== "this") return null;
  return scope.kind === "method" || scope.kind === "class" ? "self" : scope.brace;
}
