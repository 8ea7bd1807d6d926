// Dialect: files of the app's folder as responses.
import type { PlatformFiles } from "../../../host/api/platform.ts";
import { fileResponse, htmlResponse, type HttpResponse } from "./http-response.ts";
import type { HttpRequest } from "./http-request.ts";

/** A method returns `null` when the file does not exist. */
export class FileResponses {
  readonly #files: PlatformFiles;

  constructor(files: PlatformFiles) {
    this.#files = files;
  }

  file(path: string): HttpResponse | null {
    const bytes = this.#files.read(path);
    return bytes === null ? null : fileResponse(this.#files.mediaTypeOf(path), bytes);
  }

  /** A file below a folder; for a folder, the first of its files that has one of the default names. */
  below(folder: string, rest: readonly string[], defaults: readonly string[]): HttpResponse | null {
    if (rest.some(isUnserved)) return null;
    const path = [folder, ...rest].join("/");
    const names = this.#files.list(path);
    if (names === null) return this.file(path);
    const found = defaults.find((name) => names.includes(name));
    return found === undefined ? null : this.file(`${path}/${found}`);
  }

  /** As `below`, but of a folder a page that lists it. */
  browse(folder: string, rest: readonly string[], request: HttpRequest): HttpResponse | null {
    if (rest.some(isUnserved)) return null;
    const path = [folder, ...rest].join("/");
    const names = this.#files.list(path);
    if (names === null) return this.file(path);
    const shown = names.filter((name) => !isUnserved(name)).sort();
    const entries = shown.map((name) => this.#entry(path, name));
    return htmlResponse(page(request.path, entries));
  }

  #entry(folder: string, name: string): string {
    return this.#files.list(`${folder}/${name}`) === null ? name : `${name}/`;
  }
}

// A name that leads elsewhere, or a hidden file.
function isUnserved(name: string): boolean {
  return /^\.|[/\\\0]/.test(name);
}

function page(path: string, entries: readonly string[]): string {
  const base = `${encodeURI(path).replace(/\/*$/, "")}/`;
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
