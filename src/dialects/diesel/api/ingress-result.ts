// Dialect: the published result of a `handleRequest`.
import { describePayload, toPayload, type Payload } from "../../../boundary/payload.ts";
import { stringFor } from "../../../boundary/checks.ts";

/** Published: built by a chain of calls, each of which returns it: `Results.ok().json({ a: 1 }).addHeader("x-a", "1")`. */
export class IngressResult {
  #status: number;
  #type: string | null = null;
  readonly #headers: [string, string][] = [];
  #body: Payload | null = null;

  constructor(status: number) {
    this.#status = status;
  }

  /** Sets the status: 200 to 599. Throws a RangeError for any other. */
  status(code: unknown): this {
    if (typeof code !== "number" || !Number.isInteger(code) || code < 200 || code > 599) {
      throw new RangeError(`Results.status takes 200 to 599, got ${describeCode(code)}`);
    }
    this.#status = code;
    return this;
  }

  /** Content type `application/json`, and the body. Published without an argument: `renderRaw` then sets the body. */
  json(...body: readonly unknown[]): this {
    if (body.length > 0) this.#body = jsonOf(body[0]);
    return this.contentType("application/json");
  }

  /** Content type `text/html`, and the body if it is given. */
  html(...body: readonly unknown[]): this {
    return this.#typed("html", "text/html; charset=utf-8", body);
  }

  /** Content type `text/plain`, and the body if it is given. */
  text(...body: readonly unknown[]): this {
    return this.#typed("text", "text/plain; charset=utf-8", body);
  }

  /** Content type `application/xml`, and the body if it is given. */
  xml(...body: readonly unknown[]): this {
    return this.#typed("xml", "application/xml; charset=utf-8", body);
  }

  /** Sets the content type; the last call counts. */
  contentType(type: unknown): this {
    this.#type = headerValue("Results.contentType", stringFor("Results.contentType", "type", type));
    return this;
  }

  /** Adds a header; one name may be added several times. Throws a TypeError for a line break in the value. */
  addHeader(name: unknown, value: unknown): this {
    const key = stringFor("Results.addHeader", "name", name);
    if (!TOKEN.test(key))
      throw new TypeError(`Results.addHeader takes a header's name, got ${JSON.stringify(key)}`);
    const text = typeof value === "number" ? String(value) : stringFor("Results.addHeader", "value", value);
    this.#headers.push([key, headerValue("Results.addHeader", text)]);
    return this;
  }

  /** Sets the body: a string or bytes, sent as they are. */
  renderRaw(body: unknown): this {
    this.#body = toPayload("Results.renderRaw", body);
    return this;
  }

  /** For `Results.created` and the redirects. Characters that an address cannot hold are encoded. */
  location(call: string, url: unknown): this {
    const address = stringFor(call, "url", url).replace(/[^\x21-\x7e]/gu, encodeURIComponent);
    this.#headers.push(["Location", address]);
    return this;
  }

  /** Status, headers and body for the front. */
  static read(result: IngressResult): { status: number; headers: [string, string][]; body: Payload | null } {
    const headers = [...result.#headers];
    if (result.#type !== null) headers.unshift(["Content-Type", result.#type]);
    return { status: result.#status, headers, body: result.#body };
  }

  #typed(call: string, type: string, body: readonly unknown[]): this {
    if (body.length > 0) this.#body = toPayload(`Results.${call}`, body[0]);
    return this.contentType(type);
  }
}

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;
/** The characters of a header's value: a line break would start another header. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function jsonOf(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text !== undefined) return text;
  throw new TypeError(`Results.json takes what JSON can hold, got ${describePayload(value)}`);
}

function headerValue(call: string, value: string): string {
  if (VALUE.test(value)) return value;
  throw new TypeError(
    `${call} takes a value without line breaks and letters outside Latin-1, got ${JSON.stringify(value)}`,
  );
}

function describeCode(code: unknown): string {
  return typeof code === "number" ? String(code) : describePayload(code);
}
