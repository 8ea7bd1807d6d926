// Boundary: what a script exports, as plain data, and how messages describe a value.

/** What one export of a script is, as plain data that can cross between threads. */
export type ExportShape =
  | { readonly type: "function"; readonly async: boolean; readonly length: number }
  | { readonly type: "data"; readonly value: string | number | boolean | null }
  | { readonly type: "other"; readonly description: string };

/** What a script exports, by name. */
export interface ScriptShape {
  readonly exports: Readonly<Record<string, ExportShape>>;
}

/** Reports the exports of an evaluated script as plain data. */
export function shapeOf(exported: Readonly<Record<string, unknown>>): ScriptShape {
  const exports: Record<string, ExportShape> = Object.create(null);
  for (const name of Object.keys(exported)) exports[name] = exportShape(exported[name]);
  return { exports };
}

function exportShape(value: unknown): ExportShape {
  if (value === null || isPlainData(value)) return { type: "data", value };
  if (typeof value !== "function") return { type: "other", description: describe(value) };
  if (/^class\b/.test(Function.prototype.toString.call(value)))
    return { type: "other", description: "a class" };
  const async = Object.prototype.toString.call(value).startsWith("[object Async");
  return { type: "function", async, length: value.length };
}

function isPlainData(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Names a value for a message to people: "an array", "a number (3)", "undefined". */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return `a string (${JSON.stringify(shortened(value))})`;
  if (isPlainData(value)) return `a ${typeof value} (${String(value)})`;
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === "Object" ? "an object" : `a ${tag}`;
}

/** Names an export for a message to people. */
export function describeShape(shape: ExportShape): string {
  if (shape.type === "other") return shape.description;
  if (shape.type === "data") return describe(shape.value);
  return shape.async ? "an async function" : "a function";
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
