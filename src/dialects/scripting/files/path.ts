// Dialect: the published `Path`: paths as text, with forward slashes, without a look at the file system.
import { withoutEnd } from "../../../boundary/text/without-end.ts";
import { stringFor } from "../../../boundary/checks.ts";

/** Published after the model of Node's `path`: the global's functions. */
export const Path = {
  /** Without doubled slashes, `.` and, where possible, `..`; as published, `./` at the start stays. */
  normalize(path: unknown): string {
    const text = stringFor("Path.normalize", "path", path);
    const plain = normalized(text);
    return text.startsWith("./") && !/^\.{1,2}(?:\/|$)/.test(plain) ? `./${plain}` : plain;
  },

  /** Whether it starts at the root: `/a`, or `C:/a` on Windows. */
  isAbsolute(path: unknown): boolean {
    return rootOf(stringFor("Path.isAbsolute", "path", path)) !== "";
  },

  /** The segments as one normalized path; empty ones are left out. */
  join(...segments: readonly unknown[]): string {
    const texts = segments.map((segment) => stringFor("Path.join", "each segment", segment));
    return normalized(texts.filter((text) => text !== "").join("/"));
  },

  /** The path without its last part; `.` if there is nothing else. */
  dirname(path: unknown): string {
    return dirOf(stringFor("Path.dirname", "path", path)) || ".";
  },

  /** The last part of the path, without `ext` at its end. */
  basename(path: unknown, ext: unknown = ""): string {
    const base = baseOf(stringFor("Path.basename", "path", path));
    const ending = stringFor("Path.basename", "ext", ext);
    return ending !== base && base.endsWith(ending) ? base.slice(0, base.length - ending.length) : base;
  },

  /** From the last dot of the last part on; `""` if there is none, and for a name that starts with its only dot. */
  extname(path: unknown): string {
    return extOf(baseOf(stringFor("Path.extname", "path", path)));
  },

  /** The parts of the path. */
  parse(path: unknown): ParsedPath {
    const text = stringFor("Path.parse", "path", path);
    const base = baseOf(text);
    const ext = extOf(base);
    return { root: rootOf(text), dir: dirOf(text), base, ext, name: base.slice(0, base.length - ext.length) };
  },
};

export interface ParsedPath {
  readonly root: string;
  readonly dir: string;
  readonly base: string;
  readonly ext: string;
  readonly name: string;
}

function rootOf(path: string): string {
  return /^(?:[A-Za-z]:)?\//.exec(path)?.[0] ?? "";
}

function normalized(path: string): string {
  const root = rootOf(path);
  const parts: string[] = [];
  for (const part of path.slice(root.length).split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== ".." || (root === "" && (parts.at(-1) ?? "..") === "..")) parts.push(part);
    else parts.pop();
  }
  const text = root + parts.join("/");
  if (text === "") return path.endsWith("/") ? "./" : ".";
  return path.endsWith("/") && !text.endsWith("/") ? `${text}/` : text;
}

function withoutSlashes(path: string): string {
  const root = rootOf(path);
  return root + withoutEnd(path.slice(root.length), "/");
}

function baseOf(path: string): string {
  const text = withoutSlashes(path);
  return text.slice(Math.max(text.lastIndexOf("/") + 1, rootOf(text).length));
}

function dirOf(path: string): string {
  const text = withoutSlashes(path);
  const dir = text.slice(0, text.length - baseOf(text).length);
  return dir === rootOf(text) ? dir : withoutSlashes(dir);
}

function extOf(base: string): string {
  const at = base.lastIndexOf(".");
  return at <= 0 || base === ".." ? "" : base.slice(at);
}
