// Dialect: the values of a template: what they are, their text and their parts.
/** Text that is put out as it is, because it is HTML already. */
export class SafeText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** The only values of a template that can be called; functions in the data are not. */
export class Callable {
  readonly name: string;
  readonly call: (args: CallArguments) => unknown;

  constructor(name: string, call: (args: CallArguments) => unknown) {
    this.name = name;
    this.call = call;
  }
}

/** The arguments of a filter, a test or a function. */
export interface CallArguments {
  readonly at: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

/** A filter. Throws a TypeError for a value that does not fit; its place is added by the caller. */
export type Filter = (value: unknown, args: CallArguments) => unknown;

export type TemplateMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is TemplateMap {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof SafeText) && !(value instanceof Callable);
}

export function isTextValue(value: unknown): value is string | SafeText {
  return typeof value === "string" || value instanceof SafeText;
}

export function isTruthy(value: unknown): boolean {
  if (value instanceof SafeText) return value.text !== "";
  if (Array.isArray(value)) return value.length > 0;
  return isMap(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** A value as it is printed: nothing for what is undefined. */
export function printed(value: unknown): string {
  if (value === undefined) return "";
  return isTextValue(value) ? String(value) : shown(value);
}

/** A value as part of a list: texts are in quotes. */
function shown(value: unknown): string {
  if (value === null) return "none";
  if (isTextValue(value)) return JSON.stringify(String(value));
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  if (value instanceof Callable) return value.name;
  if (!isMap(value)) return `${value as number}`;
  return `{${Object.entries(value)
    .map(([key, part]) => `${JSON.stringify(key)}: ${shown(part)}`)
    .join(", ")}}`;
}

export function escaped(value: unknown): string {
  if (value instanceof SafeText) return value.text;
  return printed(value).replace(/[<>&"'/]/g, (sign) => ENTITIES[sign] ?? sign);
}

/** The items that `for` goes through: those of a list, the letters of a text, the keys of a map; null for others. */
export function itemsOf(value: unknown): readonly unknown[] | null {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  if (isTextValue(value)) return Array.from(String(value));
  return isMap(value) ? Object.keys(value) : null;
}

/** A part of a value by its name or index; undefined if there is none. Only its own parts, never a prototype's. */
export function partOf(value: unknown, key: unknown): unknown {
  if (Array.isArray(value) || isTextValue(value)) {
    const items = itemsOf(value) ?? [];
    return typeof key === "number" && Number.isInteger(key) ? items.at(key) : undefined;
  }
  const name = printed(key);
  return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return value === null ? "none" : "undefined";
  if (Array.isArray(value)) return "list";
  if (isTextValue(value)) return "text";
  return isMap(value) ? "map" : value instanceof Callable ? "function" : typeof value;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "'": "&#x27;",
  "/": "&#x2f;",
};
