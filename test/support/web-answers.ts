import type { HttpCommands, ResponseHead } from "../../src/boundary/commands.ts";
import type { RequestHead } from "../../src/boundary/events.ts";
import type { Payload } from "../../src/boundary/payload.ts";

/** The commands that a request got as its response. */
export class WebAnswer {
  readonly request: number;
  readonly heads: ResponseHead[] = [];
  readonly parts: Payload[] = [];
  writes = 0;
  ends = 0;
  fails = 0;

  constructor(request: number) {
    this.request = request;
  }

  take(data: Payload | null, last: boolean): void {
    this.writes += 1;
    if (data !== null) this.parts.push(data);
    if (last) this.ends += 1;
  }

  get status(): number | undefined {
    return this.heads[0]?.status;
  }

  get headers(): ResponseHead["headers"] {
    return this.heads[0]?.headers ?? [];
  }

  get text(): string {
    return this.parts
      .map((part) => (typeof part === "string" ? part : new TextDecoder().decode(part)))
      .join("");
  }

  header(name: string): string | undefined {
    return this.headersOf(name)[0];
  }

  headersOf(name: string): string[] {
    return this.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  }
}

/** Receives the responses of a program. */
export class WebAnswers implements HttpCommands {
  readonly #answers = new Map<number, WebAnswer>();

  /** The answer of a request, empty until the program responds. */
  of(request: number): WebAnswer {
    let answer = this.#answers.get(request);
    if (answer === undefined) this.#answers.set(request, (answer = new WebAnswer(request)));
    return answer;
  }

  respond(request: number, head: ResponseHead): void {
    this.of(request).heads.push(head);
  }

  write(request: number, data: Payload | null, last: boolean): void {
    this.of(request).take(data, last);
  }

  fail(request: number): void {
    this.of(request).fails += 1;
  }
}

/** A request's parts that a test gives; the others do not matter to it. */
export type RequestParts = Partial<RequestHead> & { readonly text?: string };

/** The head and the body of a request event. */
export function requestOf(
  request: number,
  { text, ...parts }: RequestParts,
): [RequestHead, Uint8Array | null] {
  const blank = {
    script: "http " as const,
    route: "",
    method: "GET",
    headers: [],
    address: "192.0.2.7",
    params: null,
  };
  const url = `http://parlor.test${parts.url ?? "/"}`;
  const body = text === undefined ? null : new TextEncoder().encode(text);
  return [{ ...blank, request, ...parts, url }, body];
}
