/** A path as a program writes it, turned into a pattern of the server's. */
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
/** Characters that a router or a URL gives a meaning of its own. */
const RESERVED = /[:*?#%\\[\]{}()+\s\uFFFD-\uFFFF]/;

/**
 * Reads a path below `mount`; `call` is the published call that it was given to. Published: `:name` and, at the end,
 * `*name` or `*`.
 */
export function readPath(call: string, written: unknown, mount: string): BoltPath {
  if (typeof written !== "string" || !written.startsWith("/")) {
    throw new TypeError(`${call} takes a path that begins with "/", got ${shown(written)}`);
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

/** Whether two paths answer the same requests, whatever their parameters are called. */
export function isSame(one: BoltPath, other: BoltPath): boolean {
  return keyOf(one) === keyOf(other);
}

/** The best of the paths that fit, as the server's router would choose: text before parameter before rest. */
export function bestOf<T extends { readonly path: BoltPath }>(routes: readonly T[], path: string): T[] {
  const texts = textsOf(path);
  const fitting = routes.filter((route) => fits(route.path.parts, texts));
  const ranks = fitting.map((route) => rankOf(route.path));
  const best = [...ranks].sort()[0];
  return fitting.filter((_, at) => ranks[at] === best);
}

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

function rankOf({ parts }: BoltPath): string {
  return parts.map(({ kind }) => (kind === "text" ? "0" : kind === "parameter" ? "1" : "2")).join("");
}

function fits(parts: readonly Part[], texts: readonly string[]): boolean {
  const hasRest = parts.at(-1)?.kind === "rest";
  if (hasRest ? texts.length < parts.length : texts.length !== parts.length) return false;
  return parts.every(({ kind, text }, at) => kind !== "text" || text === texts[at]);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : `a ${typeof value}`;
}
