import type { Platform } from "../../../host/api/platform.ts";
import { fileResponse, htmlResponse, type HttpResponse } from "./http-response.ts";
import type { HttpRequest } from "./http-request.ts";
import { mediaTypeOf } from "./media-types.ts";

// A name that leads elsewhere, or that its owner has hidden.
const UNSERVED = /^\.|[/\\\0]/;

/** Files of the app's folder as answers; `null` when there is none. */
export class FileResponses {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  file(path: string): HttpResponse | null {
    const bytes = this.#platform.readFile(path);
    return bytes === null ? null : fileResponse(mediaTypeOf(path), bytes);
  }

  /** A file below a folder; of a folder the first of the default names that is in it. */
  below(folder: string, rest: readonly string[], defaults: readonly string[]): HttpResponse | null {
    if (rest.some((segment) => UNSERVED.test(segment))) return null;
    const path = [folder, ...rest].join("/");
    const names = this.#platform.listFolder(path);
    if (names === null) return this.file(path);
    const found = defaults.find((name) => names.includes(name));
    return found === undefined ? null : this.file(`${path}/${found}`);
  }

  /** As `below`; of a folder a page with what is in it. */
  browse(folder: string, rest: readonly string[], request: HttpRequest): HttpResponse | null {
    if (rest.some((segment) => UNSERVED.test(segment))) return null;
    const path = [folder, ...rest].join("/");
    const names = this.#platform.listFolder(path);
    if (names === null) return this.file(path);
    const shown = names.filter((name) => !UNSERVED.test(name)).sort();
    const entries = shown.map((name) => this.#entry(path, name));
    return htmlResponse(page(request.path, entries));
  }

  #entry(folder: string, name: string): string {
    return this.#platform.listFolder(`${folder}/${name}`) === null ? name : `${name}/`;
  }
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
