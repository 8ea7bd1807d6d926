// Dialect: reads a script's exports by their shapes, and words their problems.
import { LIFE_HOOKS } from "../../../boundary/host-spec.ts";
import type { ExportHint } from "../../../host/api/dialect.ts";
import { describeShape } from "../../../boundary/shape.ts";
import type { ExportShape, ScriptShape } from "../../../boundary/shape.ts";

export type Exports = ScriptShape["exports"];

/** A contract, or the problems: one line each, without the script's name. */
export type Checked<Contract> = { readonly contract: Contract } | { readonly problems: string[] };

/** The export's shape in words, for a problem. */
export function found(exports: Exports, name: string): string {
  const shape = shapeAt(exports, name);
  return shape === undefined ? "missing" : describeShape(shape);
}

/** The number that an export is; null for anything else. */
export function numberOf(exports: Exports, name: string): number | null {
  const shape = shapeAt(exports, name);
  return shape?.type === "data" && typeof shape.value === "number" ? shape.value : null;
}

/** The string that an export is; null for anything else. */
export function textOf(exports: Exports, name: string): string | null {
  const shape = shapeAt(exports, name);
  return shape?.type === "data" && typeof shape.value === "string" ? shape.value : null;
}

/** The list of strings that an export is; null for anything else. */
export function textsOf(exports: Exports, name: string): readonly string[] | null {
  const shape = shapeAt(exports, name);
  return shape?.type === "texts" ? shape.value : null;
}

export function isFlag(exports: Exports, name: string): boolean {
  const shape = shapeAt(exports, name);
  return shape?.type === "data" && typeof shape.value === "boolean";
}

export function isTrue(exports: Exports, name: string): boolean {
  const shape = shapeAt(exports, name);
  return shape?.type === "data" && shape.value === true;
}

/** `onStart` and `onStop` run once per host: a state of something smaller has no place for them. */
export function misplacedHooks(exports: Exports, owner: string, more = ""): string[] {
  const hooks = LIFE_HOOKS.filter((name) => Object.hasOwn(exports, name));
  if (hooks.length === 0) return [];
  const verb = hooks.length === 1 ? "runs" : "run";
  const where = `${hooks.length === 1 ? "it" : "them"} to a file of shared/ that the script imports`;
  return [
    `${hooks.join(" and ")} ${verb} once per host, but ${owner} has a state of its own; move ${where}${more}`,
  ];
}

export function noFunctions(exports: Exports, handlers: readonly string[]): string[] {
  const wrong = handlers.filter((name) => exports[name]?.type !== "function");
  return wrong.map((name) => `${name} must be a function; it is ${found(exports, name)}`);
}

export function noHandler(exports: Exports, known: readonly string[], hints: readonly ExportHint[]): string {
  const names = Object.keys(exports);
  const [hint] = hints;
  if (hint?.name === "default")
    return `exports no handler by its name; export each one, as in: export function ${hint.meant}`;
  if (hint !== undefined)
    return `exports no handler, only ${names.join(", ")}; did you mean "${hint.meant}" by "${hint.name}"?`;
  const exported = names.length === 0 ? "exports nothing" : `exports no handler, only ${names.join(", ")}`;
  return `${exported}; export at least one function of ${known.join(", ")}`;
}

function shapeAt(exports: Exports, name: string): ExportShape | undefined {
  return Object.hasOwn(exports, name) ? exports[name] : undefined;
}
