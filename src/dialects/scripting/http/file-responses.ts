// Dialect: files of the app's folder as responses.
import { withoutEnd } from "../../../boundary/text/without-end.ts";
import type { PlatformFiles } from "../../../host/api/platform-files.ts";
import { fileOrNull } from "../common/file-or-null.ts";
import { AppDirectories } from "../files/app-directories.ts";
import { responseContent } from "../files/response-content.ts";
import { fileResponse, htmlResponse, type HttpResponse } from "./http-response.ts";
import type { HttpRequest } from "./http-request.ts";

/** A method returns `null` when the file does not exist. */
export class FileResponses {
  readonly #files: PlatformFiles;

  constructor(files: PlatformFiles) {
    this.#files = files;
  }

  file(path: string): HttpResponse | null {
    const shown = new AppDirectories(this.#files).shown(path);
    const bytes = fileOrNull(() =>
      responseContent("HttpServer", shown, (length) => this.#files.read(path, { start: 0, length })),
    );
    return bytes === null ? null : fileResponse(this.#files.mediaTypeOf(path), bytes);
  }

  /** A file below a folder; for a folder, the first of its files that has one of the default names. */
  below(folder: string, rest: readonly string[], defaults: readonly string[]): HttpResponse | null {
    if (rest.some(isUnserved)) return null;
    const path = [folder, ...rest].join("/");
    const names = this.#list(path);
    if (names === null) return this.file(path);
    const found = defaults.find((name) => names.includes(name));
    return found === undefined ? null : this.file(`${path}/${found}`);
  }

  /** As `below`, but of a folder a page that lists it. */
  browse(folder: string, rest: readonly string[], request: HttpRequest): HttpResponse | null {
    if (rest.some(isUnserved)) return null;
    const path = [folder, ...rest].join("/");
    const names = this.#list(path);
    if (names === null) return this.file(path);
    const shown = names.filter((name) => !isUnserved(name));
    const entries = shown.map((name) => this.#entry(path, name));
    return htmlResponse(page(request.path, entries));
  }

  #entry(folder: string, name: string): string {
    return this.#list(`${folder}/${name}`) === null ? name : `${name}/`;
  }

  #list(folder: string): readonly string[] | null {
    return fileOrNull(() => this.#files.list(folder));
  }
}

// A name that leads elsewhere, or a hidden file.
function isUnserved(name: string): boolean {
  return /^\.|[/\\\0]/.test(name);
}

function page(path: string, entries: readonly string[]): string {
  const base = `${withoutEnd(encodeURI(path), "/")}/`;
  const links = entries.map(
    (entry) => `<li><a href="${escaped(base + linkOf(entry))}">${escaped(entry)}</a></li>`,
  );
  const title = escaped(path);
  return `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1><ul>${links.join("")}</ul></body></html>`;
}

function linkOf(entry: string): string {
  return entry.endsWith("/") ? `${encodeURIComponent(entry.slice(0, -1))}/` : encodeURIComponent(entry);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
