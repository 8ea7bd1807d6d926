import type { Handshake, RequestHead } from "../../../boundary/events.ts";
import { stringFor } from "../checks.ts";
import type { Data } from "../data/data.ts";
import { parsePairs, type Pair } from "./forms.ts";
import { parseMultipart, type Part } from "./multipart.ts";
import { decoded, segmentsOf } from "./path-segments.ts";

/** What a request is made of, whichever event told of it. */
export interface RequestParts {
  readonly method: string;
  readonly path: string;
  /** The path, cut at its slashes before it was decoded. */
  readonly segments: readonly string[];
  readonly query: string;
  readonly headers: Iterable<readonly [string, string]>;
  readonly address: string;
}

/** Published: what a handler is told of a request. */
export class HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly address: string;
  /** Published: names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly queryParams: readonly Pair[];
  readonly body: Data;
  /** The path's parameters, known when its route is found: middleware sees none. */
  params: Readonly<Record<string, string>> = {};
  readonly #segments: readonly string[];
  readonly #makeData: (bytes: Uint8Array) => Data;

  constructor(parts: RequestParts, body: Uint8Array, makeData: (bytes: Uint8Array) => Data) {
    this.method = parts.method;
    this.path = parts.path;
    this.address = parts.address;
    this.headers = headersOf(parts.headers);
    this.queryParams = parsePairs(parts.query);
    this.body = makeData(body);
    this.#segments = parts.segments;
    this.#makeData = makeData;
  }

  /** What its route is looked for by. */
  static segments(request: HttpRequest): readonly string[] {
    return request.#segments;
  }

  /** Published: whether one of the header's comma-separated values is the token, in any case. */
  hasTokenForHeader(name: unknown, token: unknown): boolean {
    const header = stringFor("HttpRequest.hasTokenForHeader", "name", name).toLowerCase();
    const wanted = stringFor("HttpRequest.hasTokenForHeader", "token", token).trim().toLowerCase();
    const values = Object.hasOwn(this.headers, header) ? (this.headers[header] ?? "") : "";
    return values.split(",").some((value) => value.trim().toLowerCase() === wanted);
  }

  /** Nothing when the body is no such form. */
  parseUrlencodedForm(): Pair[] {
    if (!/^application\/x-www-form-urlencoded\b/i.test(this.#contentType)) return [];
    return parsePairs(this.body.toDecodedString());
  }

  /** Nothing when the body is no such form. */
  parseMultiPartFormData(): Part[] {
    return parseMultipart(this.#contentType, this.body.toUint8Array() ?? new Uint8Array(), this.#makeData);
  }

  get #contentType(): string {
    return this.headers["content-type"] ?? "";
  }
}

export function partsOfHead(head: RequestHead): RequestParts {
  const { pathname, search } = new URL(head.url);
  const { method, headers, address } = head;
  const path = decoded(pathname);
  return { method, path, segments: segmentsOf(pathname), query: search.slice(1), headers, address };
}

/** A handshake is a GET; its path is decoded already, its headers are lines of one text. */
export function partsOfHandshake({ path, query, headers, address }: Handshake): RequestParts {
  const lines = headers.split("\n").filter((line) => line.includes(":"));
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1).trim()];
  });
  const segments = path.split("/").filter((segment) => segment !== "");
  return { method: "GET", path, segments, query, headers: pairs, address };
}

function headersOf(pairs: RequestParts["headers"]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}
