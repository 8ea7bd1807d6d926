// Dialect: writes statements of Ring as JavaScript. Each begins a line that is mapped to its place.
import { toText } from "../runtime/bytes.ts";
import type {
  BraceNode,
  Expression,
  IfStatement,
  NewNode,
  Statement,
  SwitchStatement,
} from "../syntax/ast.ts";
import { withoutOverflow } from "../syntax/syntax-error.ts";
import type { Place } from "../syntax/tokens.ts";
import { AssignmentWriter } from "./assignment-writer.ts";
import { ExpressionWriter } from "./expression-writer.ts";
import { jumpOut, type WriterParts } from "./writer-parts.ts";
import type { FunctionScope } from "./function-scope.ts";
import { quoted } from "./js-names.ts";
import { mentions } from "./recomputing.ts";
import { LoopWriter } from "./loop-writer.ts";
import { mark } from "./marks.ts";

/** One for the code of a function. */
export class StatementWriter {
  readonly #parts: WriterParts;
  readonly #scope: FunctionScope;
  readonly #expressions: ExpressionWriter;
  readonly #assignments: AssignmentWriter;
  readonly #loops: LoopWriter;

  constructor(parts: WriterParts, scope: FunctionScope) {
    this.#parts = parts;
    this.#scope = scope;
    this.#expressions = new ExpressionWriter(parts, scope);
    this.#assignments = new AssignmentWriter(parts, scope, this.#expressions);
    this.#loops = new LoopWriter(parts, scope, {
      expressions: this.#expressions,
      block: (body, first) => this.block(body, first),
    });
  }

  /** Statements, each in lines of its own; `first` is the place of the first one if it has another. */
  block(statements: readonly Statement[], first?: Place): string {
    const lines = statements.map((statement, index) => {
      const place = index === 0 && first !== undefined ? first : statement.place;
      this.#expressions.startStatement(place, statement.place.line);
      const code = withoutOverflow(
        () => this.#guarded(statement),
        () => statement.place,
      );
      return `${mark(place)}${code}\n`;
    });
    return `\n${lines.join("")}`;
  }

  // The method `braceError` of the object handles what fails in its braces, and they go on with the next statement.
  #guarded(statement: Statement): string {
    const code = this.#statement(statement);
    const { brace } = this.#scope;
    if (brace === null || !SIMPLE.has(statement.type)) return code;
    const error = `e${this.#parts.names.unique()}`;
    return `try { ${code} } catch (${error}) { ${this.#expressions.helper("braceError", brace, error)}; }`;
  }

  #statement(statement: Statement): string {
    const expressions = this.#expressions;
    switch (statement.type) {
      case "assign":
        return this.#assign(statement);
      case "expression":
        return this.#expression(statement.expression);
      case "see":
        return `${expressions.helper(statement.hasLineEnd ? "print" : "see", expressions.value(statement.value))};`;
      case "if":
        return this.#if(statement);
      case "switch":
        return this.#switch(statement);
      case "try":
        return this.#try(statement.body, statement.handler);
      case "return":
        return this.#return(statement);
      case "bye":
        return `${expressions.helper("bye")};`;
      case "load":
        return this.#load(statement);
      case "import":
        return `$ring.classes.import(${quoted(statement.name)}, $file);`;
      default:
        return this.#loops.write(statement);
    }
  }

  #assign(statement: Extract<Statement, { type: "assign" }>): string {
    const { target, operator, value, ringLine } = statement;
    if (operator !== "=") return this.#assignments.change(target, operator, statement);
    if (target.type === "name") {
      if (value.type === "new") return this.#created(value, target.name);
      if (value.type === "list" && mentions(value, target.name))
        return this.#growing(value.items, target.name);
    }
    if (value.type !== "brace")
      return this.#assignments.assign(target, this.#expressions.stored(value), ringLine);
    const assign = (object: string): string => this.#assignments.assign(target, object, ringLine);
    const isHeld = target.type === "name" && value.object.type === "new";
    return isHeld ? this.#braces(value, () => "", assign) : this.#braces(value, assign);
  }

  // The variable holds the object from its creation on: its method `init` and the braces behind it see it.
  #created(node: NewNode, name: string): string {
    const { object, steps, result } = this.#expressions.created(node);
    const held = this.#parts.variables.assign(name, object, this.#scope);
    return `${steps}; ${held} ${result === object ? "" : `${result};`}`;
  }

  // The variable holds the list from its first item on, since items of it name the variable.
  #growing(items: readonly Expression[], name: string): string {
    const list = `g${this.#parts.names.unique()}`;
    const start = `const ${list} = ${this.#expressions.helper("list", "[]")};`;
    const pushes = items.map((item) => `${list}.items.push(${this.#expressions.stored(item)});`);
    return `{ ${start} ${this.#parts.variables.assign(name, list, this.#scope)} ${pushes.join(" ")} }`;
  }

  #expression(expression: Expression): string {
    if (expression.type === "brace") return this.#braces(expression, () => "");
    const value = this.#expressions.value(expression);
    const { brace } = this.#scope;
    return brace === null ? `${value};` : `${this.#expressions.helper("braceValue", brace, value)};`;
  }

  #return({ value, place }: Extract<Statement, { type: "return" }>): string {
    if (!this.#scope.canReturn) throw jumpOut("return", place);
    if (value === null) return `return "";`;
    if (value.type !== "brace") return `return ${this.#expressions.returned(value)};`;
    const isNew = value.object.type === "new";
    return this.#braces(value, (object) => {
      return `return ${isNew ? this.#expressions.helper("temporary", object) : object};`;
    });
  }

  // What the library of Bolt has is built in.
  #load({ path, place }: Extract<Statement, { type: "load" }>): string {
    const file = toText(path).replaceAll("\\", "/");
    if (/(?:^|\/)bolt\.ring$/i.test(file)) return "";
    return `$ring.load(${this.#parts.names.load(file.startsWith("/") ? file : `./${file}`, place)});`;
  }

  // Braces that are a statement of their own: jumps may leave them.
  #braces(
    { object, body }: BraceNode,
    then: (object: string) => string,
    before: (object: string) => string = () => "",
  ): string {
    const id = this.#parts.names.unique();
    const made = object.type === "new" ? this.#expressions.created(object) : null;
    const first = made === null ? "" : `${made.steps}; ${before(made.object)} `;
    const start = this.#expressions.helper("braceStart", made?.result ?? this.#expressions.value(object));
    const inner = this.#scope.within({ brace: `b${id}` }, () => this.block(body));
    const failed = this.#expressions.helper("braceError", `b${id}`, `e${id}`);
    const end = this.#expressions.helper("braceEnd", `b${id}`);
    const after = then(made?.object ?? `b${id}`);
    return `{ ${first}const b${id} = ${start}; try {${inner}} catch (e${id}) { ${failed}; } ${end}; ${after} }`;
  }

  #if({ branches, otherwise }: IfStatement): string {
    const tests = branches.map(
      ({ test, body }) => `if (${this.#expressions.test(test)}) {${this.block(body)}}`,
    );
    return tests.join(" else ") + this.#else(otherwise);
  }

  #else(otherwise: readonly Statement[]): string {
    return otherwise.length === 0 ? "" : ` else {${this.block(otherwise)}}`;
  }

  #switch({ value, branches, otherwise }: SwitchStatement): string {
    const id = this.#parts.names.unique();
    const tests = branches.map(({ test, body }) => {
      const isIt = this.#expressions.helper(
        "countsAsTrue",
        this.#expressions.helper("equal", `s${id}`, this.#expressions.value(test)),
      );
      return `if (${isIt}) {${this.block(body)}}`;
    });
    const rest = branches.length === 0 ? this.block(otherwise) : this.#else(otherwise);
    return `{ const s${id} = ${this.#expressions.value(value)}; ${tests.join(" else ")}${rest} }`;
  }

  #try(body: readonly Statement[], handler: readonly Statement[]): string {
    const id = this.#parts.names.unique();
    const caught = this.#expressions.helper("caught", `e${id}`);
    return `try {${this.block(body)}} catch (e${id}) { ${caught}; ${this.block(handler)}}`;
  }
}

/** Statements without others in them. */
const SIMPLE: ReadonlySet<Statement["type"]> = new Set(["assign", "expression", "see"]);
