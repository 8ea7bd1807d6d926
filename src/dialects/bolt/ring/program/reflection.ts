// Dialect: Ring's built-in functions on the running program: its functions, variables, classes and packages.
import { lowerAscii } from "../runtime/bytes.ts";
import type { Builtins } from "../runtime/builtin.ts";
import { languageError } from "../runtime/language-errors.ts";
import { RingError } from "../runtime/ring-error.ts";
import type { Global } from "./cells.ts";
import type { RingClasses } from "./ring-classes.ts";
import { RingList, RingObject, type RingCode, type RingValue } from "../runtime/values.ts";

/** What these functions see of their program. */
export interface ReflectedProgram {
  readonly classes: RingClasses;
  /** The functions that the program defines. */
  readonly functions: ReadonlySet<string>;
  readonly builtins: ReadonlySet<string>;
  global(name: string): Global;
  globalNames(): string[];
  calleeOf(value: RingValue, self: null): RingCode;
  /** What a function runs as a method. */
  methodOf(code: RingCode): RingCode;
}

/** These know the program, unlike those of the library. */
export function reflectionOf(program: ReflectedProgram): Builtins {
  const { classes } = program;
  const named = (test: (name: string) => boolean) => (_: unknown, args: readonly RingValue[]) =>
    test(nameIn(args)) ? 1 : 0;
  return {
    isfunction: named((name) => program.functions.has(name)),
    iscfunction: named((name) => program.builtins.has(name)),
    isglobal: named((name) => program.global(name).value !== undefined),
    isclass: named((name) => classes.names().includes(name)),
    ispackage: named((name) => classes.packages().includes(name)),
    ispackageclass: (_, args) =>
      truth(args.length === 2 && classes.names().includes(args.map(nameOf).join("."))),
    functions: () => new RingList([...program.functions]),
    cfunctions: () => new RingList([...program.builtins]),
    globals: () => new RingList(program.globalNames()),
    classes: () => new RingList(classes.names().filter((name) => !name.includes("."))),
    packages: () => new RingList(classes.packages()),
    packageclasses: (_, args) => new RingList(classesIn(nameIn(args), classes.names())),
    addmethod: (_, args) => addMethod(program, args),
    mergemethods: (_, args) => {
      if (args.length !== 2) throw new RingError("Bad parameters count, the function expect two parameters");
      const [name, source] = args.map(nameOf);
      classes.merge(name as string, source as string);
      return "";
    },
    importpackage: (_, args) => {
      classes.import(nameIn(args));
      return "";
    },
    packagename: () => classes.imported,
  };
}

function truth(value: boolean): number {
  return value ? 1 : 0;
}

function nameIn(args: readonly RingValue[]): string {
  if (args.length !== 1) throw new RingError("Bad parameters count, the function expect one parameter");
  return nameOf(args[0] as RingValue);
}

function nameOf(value: RingValue): string {
  if (typeof value !== "string") throw new RingError("Bad parameter type!");
  return lowerAscii(value);
}

function classesIn(packageName: string, names: readonly string[]): string[] {
  const start = `${packageName}.`;
  return names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
}

// The method is one of the object's class from then on.
function addMethod(program: ReflectedProgram, args: readonly RingValue[]): RingValue {
  const [object, name, code] = args;
  if (args.length !== 3) throw new RingError("Bad parameters count, the function expect three parameters");
  if (!(object instanceof RingObject)) throw new RingError("Bad parameter type!");
  const method: RingCode = program.methodOf(program.calleeOf(code as RingValue, null));
  const { all, open } = object.ringClass;
  const key = nameOf(name as RingValue);
  if (all[key] !== undefined) throw languageError("R53", key);
  all[key] = method;
  open[key] = method;
  return "";
}
