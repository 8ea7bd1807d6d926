// Dialect: writes loops, and the jumps out of them.
import type { Expression, ForInStatement, ForStatement, Statement } from "../syntax/ast.ts";
import type { Place } from "../syntax/tokens.ts";
import { assignedNames } from "./assigned-names.ts";
import { type ExpressionWriter } from "./expression-writer.ts";
import { ANY_CALL, recomputing } from "./recomputing.ts";
import { jumpOut, type WriterParts } from "./writer-parts.ts";
import type { Alias, FunctionScope } from "./function-scope.ts";

type Loop = Extract<Statement, { type: "for" | "forIn" | "while" | "do" | "exit" | "loop" }>;

/** Each loop has a label, since a jump may leave several. */
export class LoopWriter {
  readonly #parts: WriterParts;
  readonly #scope: FunctionScope;
  readonly #expressions: ExpressionWriter;
  readonly #block: LoopWriters["block"];

  constructor(parts: WriterParts, scope: FunctionScope, writers: LoopWriters) {
    this.#parts = parts;
    this.#scope = scope;
    this.#expressions = writers.expressions;
    this.#block = writers.block;
  }

  write(statement: Loop): string {
    const id = this.#parts.names.unique();
    switch (statement.type) {
      case "for":
        return this.#for(statement, id);
      case "forIn":
        return this.#forIn(statement, id);
      case "while":
        return `L${id}: while (${this.#expressions.test(statement.test)}) {${this.#body(statement.body, id)}}`;
      case "do":
        return this.#do(statement.body, statement.test, id);
      default:
        return this.#jump(statement);
    }
  }

  #body(body: readonly Statement[], id: number, first?: Place): string {
    return this.#scope.within({ loop: `L${id}` }, () => this.#block(body, first));
  }

  // `loop` goes to the start without the test.
  #do(body: readonly Statement[], test: Expression, id: number): string {
    return `L${id}: for (;;) {${this.#body(body, id)}if (!${this.#expressions.test(test)}) break; }`;
  }

  // The end is computed in each round, the step once.
  #for({ name, from, to, step, body }: ForStatement, id: number): string {
    const helper = this.#helper;
    const variable = this.#parts.variables.loopVariable(name, this.#scope);
    const isOne = step === null;
    const by = isOne ? "1" : `s${id}`;
    const known = this.#scope.isLocal(name) ? { known: name } : {};
    const inner = this.#scope.within(known, () => {
      const test = helper("isWithin", variable, this.#expressions.value(to), by);
      const next = `${variable} = ${helper("counted", variable, by)}`;
      return `L${id}: for (; ${test}; ${next}) {${this.#body(body, id)}}`;
    });
    const start = `${variable} = ${this.#expressions.stored(from)};`;
    if (isOne) return `${start} ${inner}`;
    return `{ ${start} const s${id} = ${helper("stepOf", this.#expressions.value(step))}; ${inner} }`;
  }

  // The variable is the item itself. At the end it is empty; after `exit` it is a copy, as those of the loops in it.
  #forIn({ name, list, step, body, place }: ForInStatement & { readonly place: Place }, id: number): string {
    const helper = this.#helper;
    const variable = this.#parts.variables.loopVariable(name, this.#scope);
    const source = this.#expressions.value(list);
    const [counter, count] = [`k${id}`, `l${id}.items.length`];
    const by = step === null ? "" : ` const s${id} = ${helper("stepOf", this.#expressions.value(step))};`;
    const item = `l${id}.items[${step === null ? counter : `Math.trunc(${counter})`}]`;
    const alias = this.#aliasOf(list, { item, id, isAssigned: isChanged(name, body) });
    const known = this.#scope.isLocal(name) ? { known: name } : {};
    const first = this.#parts.hasRingLines ? place : undefined;
    const inner = this.#scope.withAlias(name, alias, () =>
      this.#scope.within(known, () => this.#body(body, id, first)),
    );
    const copies = [name, ...walkedNames(body)].map((one) => {
      const walked = this.#parts.variables.loopVariable(one, this.#scope);
      return `${walked} = ${helper("copyOf", walked)};`;
    });
    const isWithin =
      step === null ? `${counter} < ${count}` : helper("isWithin", `${counter} + 1`, count, `s${id}`);
    const again = this.#again({ list, name, body }, source, id);
    const test = `${again.test}${isWithin} || ((${variable} = ""), false)`;
    const head = `for (let ${counter} = 0; ${test}; ${counter} += ${step === null ? "1" : `s${id}`})`;
    const start = `let w${id} = ${source}; let l${id} = ${helper("walked", `w${id}`)};${by}${again.before}`;
    return `{ ${start} L${id}: ${head} { ${again.item}${variable} = ${item};${inner}} ${[...new Set(copies)].join(" ")} }`;
  }

  // Each round computes the list again: it may be another one. What calls functions is computed for the test, and for the item.
  #again(
    { list, name, body }: Pick<ForInStatement, "list" | "name" | "body">,
    source: string,
    id: number,
  ): typeof ONCE {
    const kind = recomputing(list, new Set([name, ...assignedNames(body)]));
    if (kind === null || (list.type === "name" && list.name === name)) return ONCE;
    const taken = `(l${id} = ${this.#helper("walked", `w${id} = n${id}`)})`;
    const other = `w${id} !== (n${id} = ${source}) && ${taken}`;
    const before = ` let n${id};`;
    if (kind.calls === null) return { before, test: `${other}, `, item: "" };
    const isCalled = kind.calls.includes(ANY_CALL) ? "true" : this.#definesAny(kind.calls);
    const isLater = ` const d${id} = ${isCalled}; let r${id} = false;`;
    return {
      before: `${before}${isLater}`,
      test: `d${id} && r${id} && ${other}, r${id} = true, `,
      item: `d${id} && ${other}; `,
    };
  }

  #definesAny(names: readonly string[]): string {
    return this.#helper("definesAny", JSON.stringify(names), this.#scope.object ?? "null");
  }

  // A text is walked as a list of its characters; when one is assigned, the variable gets the new text.
  #aliasOf(
    list: Expression,
    { item, id, isAssigned }: { item: string; id: number; isAssigned: boolean },
  ): Alias {
    const isText = `typeof w${id} === "string"`;
    const before = `if (${isText}) ${this.#helper("fail", `"R21"`)};`;
    if (!isAssigned) return { item, before, afterwards: "" };
    const text = this.#helper("lettersOf", `w${id}`, `l${id}`);
    const back =
      list.type === "name" ? this.#parts.variables.assign(list.name, text, this.#scope) : `${text};`;
    return { item, before, afterwards: `if (${isText}) { ${back} }` };
  }

  #jump({ type, levels, place }: Extract<Statement, { type: "exit" | "loop" }>): string {
    const loops = this.#scope.reachableLoops;
    const isExit = type === "exit";
    if (!this.#scope.canReturn && loops.length === 0) throw jumpOut(type, place);
    const word = isExit ? "break" : "continue";
    if (
      loops.length > 0 &&
      (levels === null || (levels.type === "number" && loops[levels.value - 1] !== undefined))
    )
      return `${word} ${loops[levels === null ? 0 : levels.value - 1] as string};`;
    const level = levels === null ? "1" : this.#expressions.value(levels);
    const cases = loops.map((label, index) => `case ${index + 1}: ${word} ${label};`);
    const value = this.#helper("exitLevels", level, String(loops.length), String(isExit));
    return `switch (${value}) { ${cases.join(" ")} }`;
  }

  readonly #helper = (name: string, ...values: readonly string[]): string => {
    return this.#expressions.helper(name, ...values);
  };
}

/** The code that computes a list again: before the loop, in its test, and in front of the item. */
const ONCE = { before: "", test: "", item: "" };

interface LoopWriters {
  readonly expressions: ExpressionWriter;
  readonly block: (body: readonly Statement[], first?: Place) => string;
}

/** The variables of the loops `for in` in these statements. */
function walkedNames(statements: readonly Statement[]): string[] {
  return statements.flatMap((statement) => {
    if (statement.type === "forIn") return [statement.name, ...walkedNames(statement.body)];
    if (statement.type === "if" || statement.type === "switch")
      return walkedNames([...statement.branches.flatMap(({ body }) => body), ...statement.otherwise]);
    if (statement.type === "try") return walkedNames([...statement.body, ...statement.handler]);
    return "body" in statement ? walkedNames(statement.body) : [];
  });
}

function isChanged(name: string, body: readonly Statement[]): boolean {
  return assignedNames(body).has(name);
}
