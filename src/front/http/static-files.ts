import { accessSync, constants, realpathSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, sep } from "node:path";
import type { Readable } from "node:stream";
import sirv from "sirv";
import { rawQuery } from "../../boundary/path.ts";

const ENDINGS = ["", ".html", ".htm"];
const INDEXES = ["index.html", "index.htm"];
const HIDDEN = /\/\.(?!well-known(?:\/|$))/;
// sirv takes these for the beginning of a query or a fragment, and would look up another file.
const UNNAMEABLE = /[?#]/;
const RANGE = /^bytes=(\d{1,15})-(\d{0,15})$/;

/** What a path leads to: a file, by its name below the public folder, or a folder that has an index. */
type Found = { readonly file: string } | { readonly folder: string };

/**
 * The files of `public/`. Which file it is, is decided here, so that no dot and no symbolic link leads to anything
 * else; sirv sends it. Files are looked at anew each time: one that was changed since would otherwise be sent with its
 * former length.
 */
export class StaticFiles {
  readonly #folder: string;
  readonly #send: (req: IncomingMessage, res: ServerResponse) => void;

  constructor(folder: string) {
    this.#folder = folder;
    this.#send = sirv(folder, { dev: true, etag: true, setHeaders: declareType });
  }

  /** Whether something is to be had at this path, as `normalizePath` tells it. */
  has(path: string): boolean {
    return this.#find(path) !== null;
  }

  /** Answers a GET or HEAD request with a file; `false` when there is none and nothing was done. */
  serve(path: string, req: IncomingMessage, res: ServerResponse): boolean {
    const found = this.#find(path);
    if (found === null) return false;
    if ("file" in found) this.#sendFile(found.file, req, res);
    else redirect(found.folder, req, res);
    return true;
  }

  #sendFile(name: string, req: IncomingMessage, res: ServerResponse): void {
    req.url = encodeURI(name);
    if (!canServeRange(req)) delete req.headers.range;
    res.once("pipe", (file: Readable) => guard(file, req, res));
    this.#send(req, res);
  }

  #find(path: string): Found | null {
    if (HIDDEN.test(path) || UNNAMEABLE.test(path)) return null;
    const isFolder = path.endsWith("/");
    const names = isFolder ? INDEXES.map((index) => path + index) : ENDINGS.map((ending) => path + ending);
    const file = names.find((name) => this.#isServed(name));
    if (file !== undefined) return { file };
    // Without the slash, the page's relative links would lead past its folder.
    const hasIndex = !isFolder && INDEXES.some((index) => this.#isServed(`${path}/${index}`));
    return hasIndex ? { folder: `${path}/` } : null;
  }

  #isServed(name: string): boolean {
    try {
      const real = realpathSync(join(this.#folder, name));
      if (!real.startsWith(realpathSync(this.#folder) + sep) || !statSync(real).isFile()) return false;
      accessSync(real, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  }
}

function redirect(folder: string, req: IncomingMessage, res: ServerResponse): void {
  const query = rawQuery(req.url ?? "");
  const location = encodeURI(folder) + (query === "" ? "" : `?${query}`);
  res.writeHead(301, { location, "content-length": 0 }).end();
}

// sirv opens what it is asked for: a range that is none throws, one from the end is misread.
function canServeRange({ headers }: IncomingMessage): boolean {
  const range = RANGE.exec(headers.range ?? "");
  if (range === null || headers["if-range"] !== undefined) return false;
  const [, from, to] = range;
  return to === "" || Number(from) <= Number(to);
}

// sirv listens to neither: a file that vanishes would end the process, a client that leaves keep the file open.
function guard(file: Readable, req: IncomingMessage, res: ServerResponse): void {
  file.once("error", () => res.destroy());
  res.once("close", () => file.destroy());
  if (req.method !== "HEAD") return;
  file.unpipe(res);
  file.destroy();
  res.end();
}

function declareType(res: ServerResponse, name: string): void {
  res.setHeader("x-content-type-options", "nosniff");
  if (!/\.[^/.]+$/.test(name)) res.setHeader("content-type", "application/octet-stream");
}
