// Boundary: how messages to people describe a value.
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

/** Whether it is a string, a number or a boolean. */
export function isPlainData(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
