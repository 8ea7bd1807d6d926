import type { RequestHead } from "../../../boundary/events.ts";
import { stringFor } from "../checks.ts";
import { parameterOf, pathParameterOf } from "../handshake-fields.ts";
import { bodyText, formOf } from "../http/web-request.ts";

/** What `HttpContext` is made of; the web-standard request is only made for scripts that ask for it. */
export interface HttpContextParts {
  readonly head: RequestHead;
  readonly body: Uint8Array | null;
  request(): Request;
}

/** Published: the argument of `handleRequest`. */
export class HttpContext {
  readonly #parts: HttpContextParts;
  #request: Request | null = null;

  constructor(parts: HttpContextParts) {
    this.#parts = parts;
  }

  get request(): Request {
    return (this.#request ??= this.#parts.request());
  }

  /** From the query, then from a form in the body. */
  getParameter(name: unknown): string | null {
    return this.#parameter(stringFor("context.getParameter", "name", name));
  }

  getParameterAsInteger(name: unknown): number | null {
    const text = this.#parameter(stringFor("context.getParameterAsInteger", "name", name));
    if (text === null || !/^[+-]?\d+$/.test(text)) return null;
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : null;
  }

  getPathParameter(name: unknown): string | null {
    return pathParameterOf(this.#parts.head.params, stringFor("context.getPathParameter", "name", name));
  }

  getHeader(name: unknown): string | null {
    const wanted = stringFor("context.getHeader", "name", name).toLowerCase();
    const found = this.#parts.head.headers.filter(([key]) => key.toLowerCase() === wanted);
    return found.length === 0 ? null : found.map(([, value]) => value).join(", ");
  }

  getBody(): string {
    return bodyText(this.#parts.body);
  }

  #parameter(name: string): string | null {
    const { head, body } = this.#parts;
    return parameterOf(new URL(head.url).search.slice(1), name) ?? parameterOf(formOf(head, body), name);
  }
}
