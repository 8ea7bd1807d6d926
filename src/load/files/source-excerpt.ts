// Load: the lines around a place in one of an app's files.
import { open, realpath } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";

/**
 * The lines from `before` lines above a line to `before` below it, each at most `width` characters; null if the file
 * cannot be read, lies outside of the app, is hidden, or does not have the line.
 */
export async function sourceExcerpt(
  root: string,
  { file, line }: { readonly file: string; readonly line: number },
  { before, width }: { readonly before: number; readonly width: number },
): Promise<SourceExcerpt | null> {
  const text = await read(root, file).catch(() => null);
  if (text === null) return null;
  const all = text.replace(/\r?\n$/, "").split(/\r\n|\r|\n/);
  if (line < 1 || line > all.length) return null;
  const first = Math.max(1, line - before);
  const lines = all.slice(first - 1, line + before).map((one) => one.slice(0, width));
  return { first, lines };
}

export interface SourceExcerpt {
  /** The number of the first line, counted from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** Bytes of a file that are read: a place beyond them has no excerpt. */
const MOST = 512 * 1024;

async function read(root: string, file: string): Promise<string | null> {
  const path = await realpath(resolve(root, file));
  const inside = relative(await realpath(root), path);
  if (inside.split(sep).some((part) => part.startsWith("."))) return null;
  const handle = await open(path);
  try {
    if (!(await handle.stat()).isFile()) return null;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST), 0, MOST, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
