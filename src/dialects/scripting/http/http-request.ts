// Dialect: the published request.
import type { Handshake, RequestHead } from "../../../boundary/events.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { headerPairs } from "../../../boundary/text/header-lines.ts";
import type { WebPlatform } from "../../../host/api/web-platform.ts";
import type { Data } from "../data/data.ts";
import { parsePairs, type Pair } from "./forms.ts";
import { parseMultipart, type Part, type PartTools } from "./multipart.ts";
import { decoded, segmentsOf } from "./path-segments.ts";

/** Published: a request as handlers and middleware see it. */
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
  readonly #tools: RequestTools;

  constructor(parts: RequestParts, body: Uint8Array, tools: RequestTools) {
    this.method = parts.method;
    this.path = parts.path;
    this.address = parts.address;
    this.headers = headersOf(parts.headers);
    this.queryParams = parsePairs(tools.web, parts.query);
    this.body = tools.makeData(body);
    this.#segments = parts.segments;
    this.#tools = tools;
  }

  /** The path's segments, by which its route is found. */
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

  /** The fields of a form in the body; [] for a body that is not such a form. */
  parseUrlencodedForm(): Pair[] {
    if (!/^application\/x-www-form-urlencoded\b/i.test(this.#contentType)) return [];
    return parsePairs(this.#tools.web, this.body.toDecodedString());
  }

  /** The parts of a form in the body; [] for a body that is not such a form. */
  parseMultiPartFormData(): Part[] {
    return parseMultipart(this.#contentType, this.body.toUint8Array() ?? new Uint8Array(), this.#tools);
  }

  get #contentType(): string {
    return this.headers["content-type"] ?? "";
  }
}

/** The parts of a request, from a request of the front or from a handshake. */
export interface RequestParts {
  readonly method: string;
  readonly path: string;
  /** The path, cut at its slashes before it was decoded. */
  readonly segments: readonly string[];
  readonly query: string;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly address: string;
}

/** The tools of its program that a request uses. */
export interface RequestTools extends PartTools {
  readonly web: WebPlatform;
}

export function partsOfHead(web: WebPlatform, head: RequestHead): RequestParts {
  const { pathname, search } = web.parseUrl(head.url) ?? { pathname: "/", search: "" };
  const { method, headers, address } = head;
  const path = decoded(pathname);
  return { method, path, segments: segmentsOf(pathname), query: search.slice(1), headers, address };
}

/** A handshake is a GET. */
export function partsOfHandshake({ path, query, headers, address }: Handshake): RequestParts {
  const segments = segmentsOf(path);
  return { method: "GET", path: decoded(path), segments, query, headers: headerPairs(headers), address };
}

function headersOf(pairs: RequestParts["headers"]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    const earlier = headers.get(key);
    headers.set(key, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return Object.fromEntries(headers);
}
