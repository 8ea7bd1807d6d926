// Dialect: the published response.
import type { Payload } from "../../../boundary/payload.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { recordFor, wrongKind } from "../common/checks.ts";
import { bodyFor, HttpResponseBody } from "./http-response-body.ts";
import { published } from "../common/published-class.ts";

/** Published: the result of a handler, made by the functions of the global. */
export class HttpResponse {
  readonly #parts: ResponseParts;

  constructor(parts: ResponseParts) {
    this.#parts = parts;
  }

  /** The parts of a response; `null` for any other value. */
  static read(value: unknown): ResponseParts | null {
    return typeof value === "object" && value !== null && #parts in value ? value.#parts : null;
  }

  get statusCode(): number {
    return this.#parts.status;
  }

  get reasonPhrase(): string {
    return this.#parts.phrase;
  }

  headers(): Record<string, string> {
    return Object.fromEntries(this.#parts.headers);
  }
}

/** Functions whose responses may have a body, with their published phrases. */
const WITH_BODY: Readonly<Record<string, readonly [status: number, phrase: string]>> = {
  ok: [200, "OK"],
  created: [201, "Created"],
  accepted: [202, "Accepted"],
  badRequest: [400, "Bad Request"],
  unauthorized: [401, "Unauthorized"],
  forbidden: [403, "Forbidden"],
  notFound: [404, "Not Found"],
  notAcceptable: [406, "Not Acceptable"],
  tooManyRequests: [429, "Too Many Requests"],
  internalServerError: [500, "Internal Server Error"],
};

/** Functions whose responses lead to another address. */
const ELSEWHERE: Readonly<Record<string, readonly [status: number, phrase: string]>> = {
  movedPermanently: [301, "Moved Permanently"],
  movedTemporarily: [307, "Moved Temporarily"],
};

/** The data of a response. */
export interface ResponseParts {
  readonly status: number;
  readonly phrase: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Payload | null;
}

export type HeaderPair = readonly [name: string, value: string];

/** The global `HttpResponse`. */
export function httpResponseGlobal(): object {
  const statics: Record<string, unknown> = {};
  for (const [name, [status, phrase]] of Object.entries(WITH_BODY)) {
    statics[name] = (body?: unknown) => respond(status, phrase, bodyFor(`HttpResponse.${name}`, body));
  }
  for (const [name, [status, phrase]] of Object.entries(ELSEWHERE)) {
    statics[name] = (url: unknown) => {
      const location = stringFor(`HttpResponse.${name}`, "url", url);
      return new HttpResponse({ status, phrase, headers: [["location", location]], body: null });
    };
  }
  return published("HttpResponse", HttpResponse, { ...statics, raw });
}

/** A response of one line of text. */
export function textResponse(status: number, text: string): HttpResponse {
  return respond(status, "", bodyFor("HttpResponse", text));
}

export function fileResponse(type: string, bytes: Uint8Array): HttpResponse {
  return respond(200, "OK", new HttpResponseBody(type, bytes));
}

export function htmlResponse(html: string): HttpResponse {
  return respond(200, "OK", new HttpResponseBody("text/html; charset=utf-8", html));
}

function respond(status: number, phrase: string, body: HttpResponseBody | null): HttpResponse {
  const read = HttpResponseBody.read(body);
  const headers: HeaderPair[] = read === null ? [] : [["content-type", read.type]];
  return new HttpResponse({ status, phrase, headers, body: read?.content ?? null });
}

function raw(status: unknown, phrase: unknown, options?: unknown): HttpResponse {
  const call = "HttpResponse.raw";
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 999) {
    throw wrongKind(call, "a status from 200 to 999", status);
  }
  const { headers, body } = recordFor(call, "options", options);
  const read = HttpResponseBody.read(bodyFor(call, body));
  const given = Object.entries(recordFor(call, "headers", headers)).map(([name, value]): HeaderPair => {
    return [
      name.toLowerCase(),
      stringFor(call, `header ${name}`, typeof value === "number" ? String(value) : value),
    ];
  });
  const isTyped = read === null || given.some(([name]) => name === "content-type");
  const type: HeaderPair[] = isTyped ? [] : [["content-type", read.type]];
  const text = stringFor(call, "phrase", phrase ?? "");
  return new HttpResponse({
    status,
    phrase: text,
    headers: [...type, ...given],
    body: read?.content ?? null,
  });
}
