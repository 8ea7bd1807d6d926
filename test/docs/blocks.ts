import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** A fenced block of a page with the settings of its info string: ```ts file=ws/chat.ts app=tea. */
export interface Block {
  readonly language: string;
  /** How the test uses it: the first word after the language that is not a setting. */
  readonly kind: string;
  /** The path in the app, for a block that is a file. */
  readonly file: string | null;
  /** Which app of the page it belongs to. */
  readonly app: string;
  readonly text: string;
  /** The line of its first line of text, counted from 1. */
  readonly line: number;
}

export interface Page {
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** README.md, ARCHITECTURE.md and every page of docs/. */
export function readPages(): Page[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`);
  return ["README.md", "ARCHITECTURE.md", ...docs.sort()].map((name) => {
    const text = readFileSync(join(root, name), "utf8");
    return { name, text, blocks: blocksOf(text) };
  });
}

export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  const lines = page.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(`{3,})(.*)$/.exec(lines[at] ?? "");
    if (fence === null) continue;
    const end = lines.indexOf(fence[1] ?? "", at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: a block without an end`);
    blocks.push(blockOf(fence[2] ?? "", lines.slice(at + 1, end).join("\n"), at + 2));
    at = end;
  }
  return blocks;
}

function blockOf(info: string, text: string, line: number): Block {
  const [language = "", ...words] = info.trim().split(/\s+/);
  const settings = new Map(words.filter((word) => word.includes("=")).map((word) => pairOf(word)));
  const file = settings.get("file") ?? null;
  const kind = file !== null ? "file" : (words.find((word) => !word.includes("=")) ?? "");
  return { language, kind, file, app: settings.get("app") ?? "main", text, line };
}

function pairOf(word: string): [string, string] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}

/** Whether a text matches what a page shows, in which `…` matches anything. */
export function shows(shown: string, text: string): boolean {
  const pattern = shown
    .split("…")
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    .join("[^]*?");
  return new RegExp(`^${pattern}$`).test(text);
}
