// Dialect: the published body of a response.
import { stringFor } from "../../../boundary/checks.ts";
import { recordFor, wrongKind } from "../common/checks.ts";
import { bytesFor, Data } from "../data/data.ts";
import { FileEntity } from "../files/file-entity.ts";
import { published } from "../common/published-class.ts";
import { copiedBytes, remedyFor, type Payload } from "../../../boundary/payload.ts";

/** Published: made by the functions of the global. */
export class HttpResponseBody {
  readonly #type: string;
  readonly #content: Payload;

  constructor(type: string, content: Payload) {
    this.#type = type;
    this.#content = content;
  }

  /** Type and content of a body; `null` for any other value. */
  static read(value: unknown): { readonly type: string; readonly content: Payload } | null {
    if (typeof value !== "object" || value === null || !(#content in value)) return null;
    return { type: value.#type, content: value.#content };
  }
}

/** The global `HttpResponseBody`. */
export function httpResponseBodyGlobal(): object {
  return published("HttpResponseBody", HttpResponseBody, {
    text: (text: unknown) => new HttpResponseBody(TEXT, stringFor("HttpResponseBody.text", "text", text)),
    html: (html: unknown) => new HttpResponseBody(HTML, stringFor("HttpResponseBody.html", "html", html)),
    htmlBody: (html: unknown) =>
      new HttpResponseBody(HTML, wrapped(stringFor("HttpResponseBody.htmlBody", "html", html))),
    data: dataBody,
  });
}

/** The body that a script gave. Parlor adds: a string, a Data and bytes are accepted as they are. Published: a FileEntity is, too. */
export function bodyFor(call: string, value: unknown): HttpResponseBody | null {
  if (value === undefined || value === null) return null;
  if (HttpResponseBody.read(value) !== null) return value as HttpResponseBody;
  if (typeof value === "string") return new HttpResponseBody(TEXT, value);
  const file = FileEntity.read(value);
  if (file !== null) return new HttpResponseBody(file.type, file.content);
  const bytes = Data.read(value)?.slice() ?? copiedBytes(value);
  if (bytes !== null) return new HttpResponseBody(BYTES, bytes);
  const remedy = remedyFor(value).replace(JSON_TEXT, `HttpResponseBody.text(${JSON_TEXT})`);
  throw wrongKind(call, "an HttpResponseBody", value, remedy);
}

const JSON_TEXT = "JSON.stringify(value)";
const TEXT = "text/plain; charset=utf-8";
const HTML = "text/html; charset=utf-8";
const BYTES = "application/octet-stream";

function dataBody(data: unknown, options: unknown): HttpResponseBody {
  const call = "HttpResponseBody.data";
  const type =
    typeof options === "string" ? options : (recordFor(call, "options", options)["contentType"] ?? BYTES);
  return new HttpResponseBody(stringFor(call, "contentType", type), bytesFor(call, data).slice());
}

function wrapped(html: string): string {
  return `<!doctype html><html><head><meta charset="utf-8"></head><body>${html}</body></html>`;
}
