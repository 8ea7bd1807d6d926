// Dialect: the syntax tree of a source file of Ring.
import type { Place } from "./tokens.ts";

/** A source file: its statements, and what it defines. Names are in lower case, texts are bytes. */
export interface SourceFile {
  readonly body: readonly Statement[];
  readonly functions: readonly FunctionNode[];
  readonly classes: readonly ClassNode[];
  /** Whether it says `addmethod` anywhere. */
  readonly addsMethods: boolean;
}

export interface FunctionNode {
  /** The empty text for a function without a name. */
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: readonly Statement[];
  readonly place: Place;
}

export interface MethodNode extends FunctionNode {
  readonly isPrivate: boolean;
}

export interface ClassNode {
  readonly name: string;
  /** The empty text outside of packages. */
  readonly packageName: string;
  /** The empty text without a parent. */
  readonly parent: string;
  readonly body: readonly Statement[];
  /** The statements of the body from this index on define private attributes. */
  readonly privateFrom: number;
  readonly methods: readonly MethodNode[];
  readonly place: Place;
}

export type Statement = (
  | {
      readonly type: "assign";
      readonly target: Target;
      readonly operator: string;
      readonly value: Expression;
      /** The line that Ring names when the assignment fails. */
      readonly ringLine: number;
    }
  | { readonly type: "expression"; readonly expression: Expression }
  | { readonly type: "see"; readonly value: Expression; readonly hasLineEnd: boolean }
  | IfStatement
  | ForStatement
  | ForInStatement
  | { readonly type: "while"; readonly test: Expression; readonly body: readonly Statement[] }
  | { readonly type: "do"; readonly body: readonly Statement[]; readonly test: Expression }
  | SwitchStatement
  | { readonly type: "try"; readonly body: readonly Statement[]; readonly handler: readonly Statement[] }
  | { readonly type: "return"; readonly value: Expression | null }
  | { readonly type: "exit" | "loop"; readonly levels: Expression | null }
  | { readonly type: "bye" }
  | { readonly type: "load"; readonly path: string }
  | { readonly type: "import"; readonly name: string }
) & { readonly place: Place };

export interface Branch {
  readonly test: Expression;
  readonly body: readonly Statement[];
}

export interface IfStatement {
  readonly type: "if";
  readonly branches: readonly Branch[];
  readonly otherwise: readonly Statement[];
}

export interface SwitchStatement {
  readonly type: "switch";
  readonly value: Expression;
  readonly branches: readonly Branch[];
  readonly otherwise: readonly Statement[];
}

export interface ForStatement {
  readonly type: "for";
  readonly name: string;
  readonly from: Expression;
  readonly to: Expression;
  /** Null stands for 1. */
  readonly step: Expression | null;
  readonly body: readonly Statement[];
}

export interface ForInStatement {
  readonly type: "forIn";
  readonly name: string;
  readonly list: Expression;
  readonly step: Expression | null;
  readonly body: readonly Statement[];
}

export type Expression =
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "text"; readonly value: string }
  | NameNode
  | { readonly type: "list"; readonly items: readonly Expression[] }
  | UnaryNode
  | BinaryNode
  | IndexNode
  | AttributeNode
  | {
      readonly type: "call";
      readonly name: string;
      readonly arguments: readonly Expression[];
      readonly place: Place;
    }
  | MethodCallNode
  | { readonly type: "callValue"; readonly callee: Expression; readonly arguments: readonly Expression[] }
  | NewNode
  | { readonly type: "function"; readonly function: FunctionNode }
  | { readonly type: "step"; readonly target: Target; readonly by: 1 | -1 }
  | BraceNode;

/** What can be assigned. */
export type Target = NameNode | IndexNode | AttributeNode;

export interface NameNode {
  readonly type: "name";
  readonly name: string;
  readonly place: Place;
}

export interface UnaryNode {
  readonly type: "unary";
  readonly operator: string;
  readonly value: Expression;
  /** The line that Ring names when the operator fails. */
  readonly ringLine: number;
}

/** `and`, `or`, `:` and the operators that compare and compute. */
export interface BinaryNode {
  readonly type: "binary";
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  /** The line that Ring names when the operator fails. */
  readonly ringLine: number;
}

export interface IndexNode {
  readonly type: "index";
  readonly base: Expression;
  readonly at: Expression;
}

export interface AttributeNode {
  readonly type: "attribute";
  readonly base: Expression;
  readonly name: string;
  /** Of its name. */
  readonly place: Place;
}

export interface MethodCallNode {
  readonly type: "methodCall";
  readonly base: Expression;
  readonly name: string;
  readonly arguments: readonly Expression[];
  /** Of its name. */
  readonly place: Place;
}

export interface NewNode {
  readonly type: "new";
  /** With its package if it was written; or the variable that holds it, after `new from`. */
  readonly name: string | NameNode;
  /** Null without parentheses: then `init` is not called. */
  readonly arguments: readonly Expression[] | null;
}

export interface BraceNode {
  readonly type: "brace";
  readonly object: Expression;
  readonly body: readonly Statement[];
  readonly place: Place;
}
