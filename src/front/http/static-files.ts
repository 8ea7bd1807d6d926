// Front: the files of `public/`. It decides which file a path leads to; the package `send` sends it.
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join, sep } from "node:path";
import send from "send";
import { plainPath, rawQuery } from "../../boundary/text/path.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { HttpExchange } from "./exchange.ts";

/**
 * The files of a folder, for GET and HEAD. No dot in a name and no symbolic link leads to anything outside the folder.
 * Files are looked up for each request, so that a file that changed is sent as it is now.
 */
export class StaticFiles {
  readonly #folder: PublicFolder;

  constructor(folder: string | PublicFolder) {
    this.#folder = typeof folder === "string" ? { path: folder } : folder;
  }

  /** The file or folder that a path, as `normalizePath` returns it, leads to; null when there is none. */
  find(routed: string): StaticFile | null {
    if (this.#folder.path === null) return null;
    const path = plainPath(routed);
    if (HIDDEN.test(path) || NO_FILE.test(path) || routed.includes("%2F")) return null;
    const isFolder = path.endsWith("/");
    const names = (isFolder ? INDEXES : ENDINGS).map((ending) => path + ending);
    const name = names.find((candidate) => this.#isServed(candidate));
    if (name !== undefined) return { kind: "file", name };
    const hasIndex = !isFolder && INDEXES.some((index) => this.#isServed(`${path}/${index}`));
    return hasIndex ? { kind: "folder", name: `${path}/` } : null;
  }

  /** Responds with a file, or redirects to a folder: without the slash, its page's relative links would miss it. */
  serve({ kind, name }: StaticFile, exchange: HttpExchange): void {
    if (kind === "folder") return redirect(encoded(name), exchange);
    send(exchange.req, encoded(name), { root: this.#path, dotfiles: "allow", index: false })
      .on("headers", declare)
      .on("error", (error: SendError) => refuse(error, exchange))
      .pipe(exchange.res);
  }

  get #path(): string {
    return this.#folder.path ?? "";
  }

  #isServed(name: string): boolean {
    try {
      const real = realpathSync(join(this.#path, name));
      if (!real.startsWith(realpathSync(this.#path) + sep) || !statSync(real).isFile()) return false;
      accessSync(real, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  }
}

/** A folder that a reload may replace; null while there is none. */
export interface PublicFolder {
  readonly path: string | null;
}

/** What a path leads to, by its name below the folder: a file, or a folder that has an index. */
export interface StaticFile {
  readonly kind: "file" | "folder";
  readonly name: string;
}

/** What `send` reports when it cannot send the file. */
interface SendError extends Error {
  readonly status: number;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ENDINGS = ["", ".html", ".htm"];
const INDEXES = ["index.html", "index.htm"];
/** Names that are not names to every file system, or lead to the wrong address in a redirect. */
const NO_FILE = /\\|\/\//;
const HIDDEN = /\/\.(?!well-known(?:\/|$))/;

/** The file is there, but the system lets this process, or all processes, open no more files. */
const NO_DESCRIPTORS: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);

const REFUSED = new Map<number, HttpRefusal>([
  [404, REFUSALS.NOT_FOUND],
  [412, REFUSALS.PRECONDITION_FAILED],
  [416, REFUSALS.RANGE_NOT_SATISFIABLE],
]);

function redirect(folder: string, { req, res }: HttpExchange): void {
  const query = rawQuery(req.url ?? "");
  const location = folder + (query === "" ? "" : `?${query}`);
  res.writeHead(301, { location, "content-length": 0 }).end();
}

function declare(res: ServerResponse): void {
  res.setHeader("x-content-type-options", "nosniff");
  // "no-cache" lets clients keep a file, and ask before each use whether it has changed.
  res.setHeader("cache-control", "no-cache");
}

// A file that vanishes between the look and the sending is an error here, too.
function refuse({ status, headers, code = "" }: SendError, exchange: HttpExchange): void {
  const { res } = exchange;
  if (!res.headersSent) for (const name of res.getHeaderNames()) res.removeHeader(name);
  const refusal = NO_DESCRIPTORS.has(code) ? REFUSALS.INTERRUPTED : REFUSED.get(status);
  exchange.refuse(refusal ?? REFUSALS.INTERNAL_ERROR, headers);
}

function encoded(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}
