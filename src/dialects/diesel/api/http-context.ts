// Dialect: the published argument of `handleRequest`.
import type { RequestHead } from "../../../boundary/events.ts";
import { stringFor } from "../../../boundary/checks.ts";
import type { Platform } from "../../../host/api/platform.ts";
import type { WebRequest } from "../../../host/api/web-platform.ts";
import { pathParameter, queryParameters } from "../common/handshake-fields.ts";
import { bodyText, formOf } from "../http/web-request.ts";

/** Published: a request as a script with `handleRequest` sees it. */
export class HttpContext {
  readonly #parts: HttpContextParts;
  #request: WebRequest | null = null;
  /** The parameters of the query and of a form, once a script has asked for one. */
  #query: ReadonlyMap<string, string> | null = null;
  #form: ReadonlyMap<string, string> | null = null;

  constructor(parts: HttpContextParts) {
    this.#parts = parts;
  }

  /** The request as the web standard has it, for `request.json()` and the like. */
  get request(): WebRequest {
    return (this.#request ??= this.#parts.request());
  }

  /** A parameter of the query, else of a form in the body; its first value. `null` when missing. */
  getParameter(name: unknown): string | null {
    return this.#parameter(stringFor("context.getParameter", "name", name));
  }

  /** The same as a number; `null` also for a text that is not a whole number within ±(2^53 − 1). */
  getParameterAsInteger(name: unknown): number | null {
    const text = this.#parameter(stringFor("context.getParameterAsInteger", "name", name));
    if (text === null || !/^[+-]?\d+$/.test(text)) return null;
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : null;
  }

  /** A parameter of the path, decoded: for `/api/users/:id`, `getPathParameter("id")`. `null` when missing. */
  getPathParameter(name: unknown): string | null {
    return pathParameter(this.#parts.head.params, stringFor("context.getPathParameter", "name", name));
  }

  /** A header, its name in any case; repeated ones joined with ", ". `null` when missing. */
  getHeader(name: unknown): string | null {
    const wanted = stringFor("context.getHeader", "name", name).toLowerCase();
    const found = this.#parts.head.headers.filter(([key]) => key.toLowerCase() === wanted);
    return found.length === 0 ? null : found.map(([, value]) => value).join(", ");
  }

  /** The body as text, read as UTF-8; "" when there is none. */
  getBody(): string {
    return bodyText(this.#parts.platform, this.#parts.body);
  }

  #parameter(name: string): string | null {
    const { head, body, platform } = this.#parts;
    this.#query ??= queryParameters(platform.web.parseUrl(head.url)?.search.slice(1) ?? "");
    const value = this.#query.get(name);
    if (value !== undefined) return value;
    this.#form ??= queryParameters(formOf(platform, head, body));
    return this.#form.get(name) ?? null;
  }
}

/** The parts of an `HttpContext`; the web-standard request is made only for scripts that ask for it. */
export interface HttpContextParts {
  readonly head: RequestHead;
  readonly body: Uint8Array | null;
  readonly platform: Platform;
  request(): WebRequest;
}
