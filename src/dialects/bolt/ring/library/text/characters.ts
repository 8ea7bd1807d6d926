// Dialect: Ring's built-in functions that test all characters of a text, as C does in its default locale.
import type { Builtin, Builtins } from "../../runtime/builtin.ts";
import { between, asText, truth } from "../common/arguments.ts";

/** Each is true if the text is not empty and all of its bytes are of the kind; bytes beyond ASCII are of none. */
export const characters: Builtins = {
  isalnum: all(/^[0-9A-Za-z]+$/),
  isalpha: all(/^[A-Za-z]+$/),
  // eslint-disable-next-line no-control-regex
  iscntrl: all(/^[\x00-\x1f\x7f]+$/),
  isdigit: all(/^[0-9]+$/),
  isgraph: all(/^[!-~]+$/),
  islower: all(/^[a-z]+$/),
  isprint: all(/^[ -~]+$/),
  ispunct: all(/^[!-/:-@[-`{-~]+$/),
  isspace: all(/^[ \t-\r]+$/),
  isupper: all(/^[A-Z]+$/),
  isxdigit: all(/^[0-9A-Fa-f]+$/),
};

function all(kind: RegExp): Builtin {
  return between(1, 1, (_, [text]) => truth(kind.test(asText(text))));
}
