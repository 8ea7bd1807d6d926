// Dialect: the built-in functions of Ring's core, by their lower-case names.
import type { Builtins } from "../runtime/builtin.ts";
import { exactly } from "./common/arguments.ts";
import { bytes } from "./text/bytes.ts";
import { characters } from "./text/characters.ts";
import { conversions } from "./text/conversions.ts";
import { dates } from "./dates.ts";
import { files } from "./files/files.ts";
import { lists } from "./lists/lists.ts";
import { machine } from "./machine.ts";
import { math } from "./numbers/math.ts";
import { lengthOf, objects } from "./objects.ts";
import { openFiles } from "./files/open-files.ts";
import { output } from "./output.ts";
import { randomBuiltins } from "./numbers/random.ts";
import { search } from "./lists/search.ts";
import { sort } from "./lists/sort.ts";
import { strings } from "./text/strings.ts";
import { substr } from "./text/substr.ts";
import { types } from "./types.ts";

/** A program's built-in functions. Random numbers and open files belong to one program, so each gets a table of its own. */
export function ringLibrary(): Builtins {
  return {
    len: exactly(1, (_, [value]) => lengthOf(value!)),
    ...strings,
    substr,
    ...characters,
    ...conversions,
    ...bytes,
    ...lists,
    ...search,
    sort,
    ...math,
    ...randomBuiltins(),
    ...types,
    ...objects,
    ...dates,
    ...output,
    ...files,
    ...openFiles(),
    ...machine,
  };
}
