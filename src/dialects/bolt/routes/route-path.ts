// Dialect: a path as a Bolt program writes it, as a pattern of the server's router.
/**
 * Reads a path below `mount`; `call` is the published call that takes it. Published: `:name` and, at the end,
 * `*name` or `*`.
 */
export function readPath(call: string, written: unknown, mount: string): BoltPath {
  if (typeof written !== "string" || !written.startsWith("/")) {
    throw new TypeError(`${call} takes a path that starts with "/", got ${shown(written)}`);
  }
  const texts = textsOf(written);
  const parts = texts.map((text) => partOf(call, written, text));
  const rest = parts.findIndex(({ kind }) => kind === "rest");
  if (rest >= 0 && rest < parts.length - 1) {
    throw new TypeError(
      `${call}: "${texts[rest]}" in ${written} takes the rest of the path, so it must be last`,
    );
  }
  const names = parts.filter(({ kind }) => kind !== "text").map(({ text }) => text);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw new TypeError(`${call}: ${written} has the parameter "${twice}" twice`);
  const all = [...textsOf(mount).map((text): Part => ({ kind: "text", text })), ...parts];
  return { written, pattern: `/${all.map(patternOf).join("/")}`, parts: all };
}

/** Whether two paths match the same requests: the names of their parameters make no difference. */
export function isSame(one: BoltPath, other: BoltPath): boolean {
  return keyOf(one) === keyOf(other);
}

/** A path of a program and its pattern. */
export interface BoltPath {
  /** As written: `/chat/:room`. */
  readonly written: string;
  /** For the server's router: `/files/**:rest`. */
  readonly pattern: string;
  readonly parts: readonly Part[];
}

interface Part {
  readonly kind: "text" | "parameter" | "rest";
  readonly text: string;
}

const NAME = /^[A-Za-z_]\w*$/;
/** Characters with a meaning in a router's pattern or in a URL. */
const RESERVED = /[:*?#%\\[\]{}()+\s\uFFFD-\uFFFF]/;

function textsOf(path: string): string[] {
  return path.split("/").filter((text) => text !== "");
}

function partOf(call: string, written: string, text: string): Part {
  const sign = text[0];
  const name = text.slice(1);
  if (sign === "*" && name === "") return { kind: "rest", text: "_" };
  if ((sign === ":" || sign === "*") && NAME.test(name) && name !== "__proto__") {
    return { kind: sign === ":" ? "parameter" : "rest", text: name };
  }
  const bad = RESERVED.exec(text);
  if (bad === null) return { kind: "text", text };
  const hint = "a parameter is a whole part, as in /chat/:room or /files/*rest";
  throw new TypeError(`${call}: "${text}" in ${written} holds ${JSON.stringify(bad[0])}; ${hint}`);
}

function patternOf({ kind, text }: Part): string {
  if (kind === "text") return text;
  return kind === "parameter" ? `:${text}` : `**:${text}`;
}

function keyOf({ parts }: BoltPath): string {
  return parts.map(({ kind, text }) => (kind === "text" ? text : kind === "parameter" ? ":" : "*")).join("/");
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : `a ${typeof value}`;
}
