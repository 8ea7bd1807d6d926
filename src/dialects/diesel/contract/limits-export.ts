// Dialect: the export `limits` of a WebSocket script.
import { describe } from "../../../boundary/text/describe.ts";
import { nearest } from "../../../boundary/text/nearest.ts";
import {
  MAX_PAYLOAD_RANGE,
  OVER_RATE,
  ROUTE_LIMIT_RANGES,
  type ScriptLimits,
} from "../../../boundary/turn/route-limits.ts";
import { found, type Exports } from "./read-exports.ts";

/** The limits of a script, for its contract; nothing for a script without. */
export function limitsIn(exports: Exports): { readonly limits?: ScriptLimits } {
  const shape = exportAt(exports);
  return shape?.type === "settings" ? { limits: shape.value } : {};
}

/** What is wrong with them, one line each. */
export function wrongLimits(exports: Exports): string[] {
  const shape = exportAt(exports);
  if (shape === undefined) return [];
  if (shape.type !== "settings")
    return [`limits must be an object, as in { messageRate: 20 }; it is ${found(exports, "limits")}`];
  return Object.entries(shape.value).flatMap(([name, value]) => problemOf(name, value) ?? []);
}

function problemOf(name: string, value: unknown): string | null {
  if (name === "overRate") {
    if (OVER_RATE.some((known) => known === value)) return null;
    return `limits.overRate must be "delay" or "close"; it is ${describe(value)}`;
  }
  const range = RANGES.get(name);
  if (range === undefined) return unknown(name);
  const [least, most] = range;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return null;
  return `limits.${name} must be a whole number from ${least} to ${most}; it is ${describe(value)}`;
}

function unknown(name: string): string {
  const known = [...RANGES.keys(), "overRate"];
  const meant = nearest(name, known);
  const better = meant === null ? `there are: ${known.join(", ")}` : `did you mean "${meant}"?`;
  return `limits.${name} does not exist; ${better}`;
}

function exportAt(exports: Exports): Exports[string] | undefined {
  return Object.hasOwn(exports, "limits") ? exports["limits"] : undefined;
}

const RANGES = new Map<string, readonly [number, number]>([
  ...Object.entries(ROUTE_LIMIT_RANGES),
  ["maxPayload", MAX_PAYLOAD_RANGE],
]);
