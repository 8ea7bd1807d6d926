// Dialect: reads a script's exports by their shapes, and words their problems.
import { nearest } from "../../../boundary/text/nearest.ts";
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

export function isFlag(exports: Exports, name: string): boolean {
  const shape = shapeAt(exports, name);
  return shape?.type === "data" && typeof shape.value === "boolean";
}

export function isTrue(exports: Exports, name: string): boolean {
  const shape = shapeAt(exports, name);
  return shape?.type === "data" && shape.value === true;
}

/** Near misses of known names, if the right name is missing: beside `onMessage`, a helper may be called `onMessages`. */
export function misspelt(exports: Exports, known: readonly string[]): string[] {
  return Object.keys(exports).flatMap((name) => {
    if (known.includes(name)) return [];
    // One slip at most: a helper called `onTime` is not a misspelt `onTick`.
    const meant = nearest(name, known, 1);
    return meant === null || Object.hasOwn(exports, meant)
      ? []
      : [`exports "${name}"; did you mean "${meant}"?`];
  });
}

export function noFunctions(exports: Exports, handlers: readonly string[]): string[] {
  const wrong = handlers.filter((name) => exports[name]?.type !== "function");
  return wrong.map((name) => `${name} must be a function; it is ${found(exports, name)}`);
}

export function noHandler(exports: Exports, known: readonly string[]): string {
  const names = Object.keys(exports);
  const exported = names.length === 0 ? "exports nothing" : `exports no handler, only ${names.join(", ")}`;
  return `${exported}; export at least one function of ${known.join(", ")}`;
}

function shapeAt(exports: Exports, name: string): ExportShape | undefined {
  return Object.hasOwn(exports, name) ? exports[name] : undefined;
}
