// Dialect: the export `history` of a WebSocket script.
import type { HistoryRules } from "../../../boundary/rooms/history-rules.ts";
import type { HistoryShape } from "../../../boundary/rooms/history-shape.ts";
import { found, type Exports } from "./read-exports.ts";

/** The rooms that a script keeps the messages of, for its contract; nothing for a script without. */
export function historyIn(exports: Exports): { readonly history?: HistoryRules } {
  const shape = exportAt(exports);
  return shape === null ? {} : { history: shape.rules };
}

/** What is wrong with them, one line each. */
export function wrongHistory(exports: Exports): readonly string[] {
  const shape = exportAt(exports);
  if (shape !== null) return shape.problems;
  // A function of this name is a helper of the script's own.
  const isRules = Object.hasOwn(exports, "history") && exports["history"]?.type !== "function";
  const example = 'as in { "news/*": { size: 100, seconds: 600 } }';
  return isRules
    ? [`history must be an object of rooms, ${example}; it is ${found(exports, "history")}`]
    : [];
}

function exportAt(exports: Exports): HistoryShape | null {
  const shape = Object.hasOwn(exports, "history") ? exports["history"] : undefined;
  return shape?.type === "history" ? shape : null;
}
