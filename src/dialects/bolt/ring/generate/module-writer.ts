// Dialect: writes a source file of Ring as a JavaScript module.
import type { ClassNode, FunctionNode, SourceFile, Statement } from "../syntax/ast.ts";
import { RingSyntaxError, leftOut } from "../syntax/syntax-error.ts";
import type { Place } from "../syntax/tokens.ts";
import { assignedNames } from "./assigned-names.ts";
import type { WriterParts } from "./writer-parts.ts";
import { FunctionScope } from "./function-scope.ts";
import { frames, jsName, quoted } from "./js-names.ts";
import { mark } from "./marks.ts";
import { RingModuleNames, type Load } from "./ring-module-names.ts";
import { StatementWriter } from "./statement-writer.ts";
import { VariableWriter } from "./variable-writer.ts";

/** The marked code of a module. The first file of a program starts it; the others export their statements. */
export function writeModule(file: SourceFile, options: ModuleOptions): WrittenModule {
  const writer = new ModuleWriter(file, options.hasRingLines ?? false);
  return { code: writer.module(options.isFirst), loads: writer.loads };
}

export interface ModuleOptions {
  readonly isFirst: boolean;
  /** Whether places are the lines that Ring names in its own error texts. */
  readonly hasRingLines?: boolean;
}

export interface WrittenModule {
  readonly code: string;
  readonly loads: readonly Load[];
}

class ModuleWriter {
  readonly #file: SourceFile;
  readonly #names = new RingModuleNames();
  readonly #parts: WriterParts;
  readonly #assigned: ReadonlyMap<string, ReadonlySet<number>>;
  /** Whether the code is the second form of a function, in which functions have one form. */
  #isForm = false;

  constructor(file: SourceFile, hasRingLines: boolean) {
    this.#file = file;
    this.#assigned = assignedParameters(file);
    this.#parts = {
      hasRingLines,
      names: this.#names,
      variables: new VariableWriter(this.#names),
      bodies: {
        function: (node) => this.#forms(node, "_ring_anonymous_func_"),
        block: (statements, scope) => new StatementWriter(this.#parts, scope).block(statements),
        assignedParameters: (name) => this.#assigned.get(name) ?? NONE,
        refuse: (name, place) => this.#refuse(name, place),
      },
    };
  }

  get loads(): readonly Load[] {
    return this.#names.loads;
  }

  module(isFirst: boolean): string {
    const functions = this.#file.functions.map((node) => {
      return `${mark(node.place)}$ring.define(${quoted(node.name)}, ${this.#forms(node, node.name)});`;
    });
    const classes = this.#file.classes.map((node) => this.#class(node));
    const body = this.#code(this.#file.body, new FunctionScope("top", { parameters: [], locals: new Set() }));
    const top = `const body = function ${frames.top}() {${body}};`;
    const end = isFirst ? `${mark(this.#end())}$ring.start(body);` : "export { body };";
    return [...this.#names.declarations(), ...functions, ...classes, top, end, ""].join("\n");
  }

  // The statements of a file end where its first function or class begins; Ring calls \`main\` from there.
  #end(): Place {
    const places = [...this.#file.functions, ...this.#file.classes].map(({ place }) => place);
    const last = this.#file.body.at(-1)?.place ?? { line: 1, column: 1 };
    return places.reduce((first, place) => (place.line < first.line ? place : first), places[0] ?? last);
  }

  // A function that `addmethod` adds sees the attributes of its object, which it does not see as a function.
  #forms(node: FunctionNode, name: string): string {
    const code = this.#function(node, jsName(frames.function, name));
    if (!this.#file.addsMethods || this.#isForm) return code;
    this.#isForm = true;
    const method = this.#function(node, jsName(frames.method, name), { name: "", packageName: "" });
    this.#isForm = false;
    return `${code}, ${method}`;
  }

  #function(node: FunctionNode, name: string, owner: FunctionScope["owner"] = null): string {
    const { parameters } = node;
    const twice = parameters.find((one, index) => parameters.indexOf(one) !== index);
    if (twice !== undefined) throw new RingSyntaxError(`the parameter "${twice}" is named twice`, node.place);
    const locals = assignedNames(node.body);
    const scope = new FunctionScope(owner === null ? "function" : "method", { parameters, locals }, owner);
    for (const one of parameters) scope.know(one);
    const code = this.#code(node.body, scope);
    const count = `if (arguments.length !== ${parameters.length + 1}) ${this.#names.helper("checkCount")}(arguments.length - 1, ${parameters.length});`;
    const list = ["self", ...parameters.map((one) => scope.variable(one))].join(", ");
    const body = this.#givingBack(
      parameters.filter((one) => locals.has(one)),
      scope,
      `${code} return "";`,
    );
    return `function ${name}(${list}) { ${mark(node.place)}${count} ${body} }`;
  }

  // A parameter stands for the caller's place, which holds at the end what the parameter holds.
  #givingBack(assigned: readonly string[], scope: FunctionScope, code: string): string {
    if (assigned.length === 0) return code;
    const names = assigned.map((one) => [jsName("p_", one), scope.variable(one)] as const);
    const starts = names.map(([old, now]) => `${old} = ${now}`);
    const ends = names.map(([old, now]) => `${this.#names.helper("endParameter")}(${old}, ${now});`);
    return `const ${starts.join(", ")}; try { ${code} } finally { ${ends.join(" ")} }`;
  }

  // The temporaries are known when the statements have been written.
  #code(statements: readonly Statement[], scope: FunctionScope): string {
    const code = new StatementWriter(this.#parts, scope).block(statements);
    return `${scope.declaration()}${code}`;
  }

  #class(node: ClassNode): string {
    const { name, packageName, parent } = node;
    const owner = { name, packageName };
    const methods = node.methods.map((method) => {
      if (method.name === "bracenewline")
        throw leftOut("braceNewLine", "use braceExprEval or braceEnd", method.place);
      const code = this.#function(method, jsName(frames.method, method.name), owner);
      return `[${quoted(method.name)}, ${code}],`;
    });
    const privates = [
      ...node.methods.filter(({ isPrivate }) => isPrivate).map((method) => method.name),
      ...namedIn(node.body.slice(node.privateFrom)),
    ];
    const scope = new FunctionScope("class", { parameters: [], locals: new Set() }, owner);
    const body = this.#code(node.body, scope);
    return [
      `${mark(node.place)}$ring.defineClass({ name: ${quoted(name)}, packageName: ${quoted(packageName)},`,
      `parent: ${quoted(parent)}, privates: ${JSON.stringify(privates)}, file: $file,`,
      `methods: [${methods.join("\n")}],`,
      `body: function ${jsName(frames.class, name)}(self) {${body}} });`,
    ].join("\n");
  }

  // A function or a method of the file may have such a name.
  #refuse(name: string, place: Place): void {
    if (!LEFT_OUT.test(name)) return;
    const own = [...this.#file.functions, ...this.#file.classes.flatMap(({ methods }) => methods)];
    if (own.some((one) => one.name === name)) return;
    throw leftOut(`${name}()`, "remove the call", place);
  }
}

const NONE: ReadonlySet<number> = new Set();

/** Of each name of a function or a method, the positions of the parameters that it assigns. */
function assignedParameters({ functions, classes }: SourceFile): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const { name, parameters, body } of [...functions, ...classes.flatMap(({ methods }) => methods)]) {
    const names = assignedNames(body);
    const positions = parameters.flatMap((one, at) => (names.has(one) ? [at] : []));
    if (positions.length > 0) found.set(name, new Set([...(found.get(name) ?? []), ...positions]));
  }
  return found;
}

/** Functions of Ring that compile code, load libraries of C, or make other states of Ring. */
const LEFT_OUT = /^(?:eval|callc|loadlib|closelib|ring_state_\w+|ringvm_(?!see|give)\w+)$/;

/** Names that are set or only named in the statements of a class: its attributes. */
function namedIn(statements: readonly Statement[]): string[] {
  const named = statements.flatMap((statement) => {
    return statement.type === "expression" && statement.expression.type === "name"
      ? [statement.expression.name]
      : [];
  });
  return [...new Set([...assignedNames(statements), ...named])];
}
