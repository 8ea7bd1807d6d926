// Dialect: the tokens of Ring's syntax.

/** A place in a source file, both counted from 1; columns are characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * A token. `value` is a name or a keyword in lower case, an operator, a number as it is written, or the bytes of a text. Line ends are
 * tokens, since a statement may end with them.
 */
export interface Token extends Place {
  readonly kind: "name" | "keyword" | "operator" | "number" | "text" | "line" | "end";
  readonly value: string;
}

export const keywords: ReadonlySet<string> = new Set(
  (
    "again and but bye call case catch class def do done else elseif end exit for foreach from func get give if " +
    "import in load loop new next not off ok on or other package private put return see step switch to try while " +
    "endfunc endclass endpackage endif endfor endwhile endswitch endtry function endfunction break continue"
  ).split(" "),
);
