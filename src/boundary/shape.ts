// Boundary: what a script exports, as plain data, and how messages describe a value.
import {
  contractShape,
  handlersShape,
  type ContractShape,
  type Convert,
  type HandlersShape,
} from "./contract/contract-shape.ts";
import { describe, isPlainData } from "./text/describe.ts";
import { historyShape, type HistoryShape } from "./rooms/history-shape.ts";

/** What one export of a script is, as plain data that can cross between threads. */
export type ExportShape =
  | { readonly type: "function"; readonly async: boolean; readonly length: number }
  | { readonly type: "data"; readonly value: string | number | boolean | null }
  | { readonly type: "texts"; readonly value: readonly string[] }
  | { readonly type: "settings"; readonly value: Readonly<Record<string, string | number | boolean>> }
  | ContractShape
  | HandlersShape
  | HistoryShape
  | {
      readonly type: "other";
      readonly description: string;
      /** Of a default export that is an object: its names. */
      readonly members?: readonly string[];
    };

/** What a script exports, by name. */
export interface ScriptShape {
  readonly exports: Readonly<Record<string, ExportShape>>;
}

/** Reports the exports of an evaluated script as plain data. `convert` makes the JSON Schemas of its contract. */
export function shapeOf(exported: Readonly<Record<string, unknown>>, convert?: Convert): ScriptShape {
  const exports: Record<string, ExportShape> = Object.create(null);
  for (const name of Object.keys(exported))
    exports[name] = namedShape(name, exported[name], convert) ?? exportShape(exported[name]);
  const whole = exports["default"];
  const members = membersOf(exported["default"]);
  if (whole?.type === "other" && members.length > 0) exports["default"] = { ...whole, members };
  return { exports };
}

// A getter of an export may throw: then it is none of these.
function namedShape(name: string, value: unknown, convert?: Convert): ExportShape | null {
  try {
    if (name === "history") return historyShape(value);
    if (name === "messages") return contractShape(value, convert);
    return name === "on" || name === "calls" ? handlersShape(value) : null;
  } catch {
    return null;
  }
}

// A script may export anything: a proxy may throw when it is asked for its keys.
function membersOf(value: unknown): string[] {
  try {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject
      ? Object.keys(value)
          .filter((name) => name.length <= LONGEST_TEXT)
          .slice(0, MOST_TEXTS)
      : [];
  } catch {
    return [];
  }
}

function exportShape(value: unknown): ExportShape {
  if (value === null || isPlainData(value)) return { type: "data", value };
  if (isTexts(value)) return { type: "texts", value: [...value] };
  if (isSettings(value)) return { type: "settings", value: { ...value } };
  if (typeof value !== "function") return { type: "other", description: describe(value) };
  if (/^class\b/.test(Function.prototype.toString.call(value)))
    return { type: "other", description: "a class" };
  const async = Object.prototype.toString.call(value).startsWith("[object Async");
  return { type: "function", async, length: value.length };
}

// Longer ones are no setting, and would only be copied between threads.
function isTexts(value: unknown): value is readonly string[] {
  if (!Array.isArray(value) || value.length > MOST_TEXTS) return false;
  return value.every((text) => typeof text === "string" && text.length <= LONGEST_TEXT);
}

function isSettings(value: unknown): value is Record<string, string | number | boolean> {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return false;
  const values = Object.values(value);
  return (
    values.length <= MOST_TEXTS &&
    values.every((one) => isPlainData(one) && String(one).length <= LONGEST_TEXT)
  );
}

const MOST_TEXTS = 64;
const LONGEST_TEXT = 256;

/** Names an export for a message to people. */
export function describeShape(shape: ExportShape): string {
  if (shape.type === "other") return shape.description;
  if (shape.type === "data") return describe(shape.value);
  if (shape.type === "texts") return "an array";
  if (shape.type !== "function") return "an object";
  return shape.async ? "an async function" : "a function";
}
