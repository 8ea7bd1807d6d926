// Dialect: what the writers of one module of compiled Ring share.
import type { FunctionNode, Statement } from "../syntax/ast.ts";
import { RingSyntaxError } from "../syntax/syntax-error.ts";
import type { Place } from "../syntax/tokens.ts";
import type { FunctionScope } from "./function-scope.ts";
import type { RingModuleNames } from "./ring-module-names.ts";
import type { VariableWriter } from "./variable-writer.ts";

/** What the writers of one module share. */
export interface WriterParts {
  readonly names: RingModuleNames;
  readonly variables: VariableWriter;
  readonly bodies: BodyWriters;
  /** Whether a place is the line that Ring names, which is the head of the loop for the first statement in a `for in`. */
  readonly hasRingLines: boolean;
}

/** How expressions write the code that is in them. */
export interface BodyWriters {
  /** A function as an expression. */
  function(node: FunctionNode): string;
  block(statements: readonly Statement[], scope: FunctionScope): string;
  /** The positions of the parameters that a function or a method of this name assigns, as far as the file shows. */
  assignedParameters(name: string): ReadonlySet<number>;
  /** Throws for a function that is left out of Ring here. */
  refuse(name: string, place: Place): void;
}

/** The error for a jump out of braces that are a part of an expression. */
export function jumpOut(word: string, place: Place): RingSyntaxError {
  return new RingSyntaxError(
    `"${word}" cannot leave braces that are part of an expression; assign the object first, then open the braces`,
    place,
  );
}
