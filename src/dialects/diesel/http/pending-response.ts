import type { Commands } from "../../../boundary/commands.ts";
import { toPayload, type Payload } from "../../../boundary/payload.ts";
import type { RequestRef } from "../../../boundary/refs.ts";

export type HeaderList = readonly (readonly [string, string])[];

/** A body that has one part is known to be complete after so many microtasks: no stream is that quick by accident. */
const PATIENCE = 8;

/** The answer to one request, on its way to the front. */
export class PendingResponse {
  readonly #commands: Commands;
  readonly #request: RequestRef;
  /** HEAD: what the body would be is not sent. */
  readonly #hasBody: boolean;
  #isBegun = false;
  #isEnded = false;

  constructor(commands: Commands, request: RequestRef, hasBody: boolean) {
    this.#commands = commands;
    this.#request = request;
    this.#hasBody = hasBody;
  }

  /** Head and body at once. */
  whole(status: number, headers: HeaderList, body: Payload | null): void {
    const isBare = this.#hasBody || body === null;
    this.#begin(status, isBare ? headers : withLength(headers, bytesIn(body)));
    this.#write(body, true);
  }

  text(status: number, text: string, more: HeaderList = []): void {
    this.whole(status, [["content-type", "text/plain; charset=utf-8"], ...more], text);
  }

  /** A fault: told as such, unless the head has gone already; then the connection is cut, lest a part pass for all. */
  fail(): void {
    if (this.#isEnded) return;
    if (!this.#isBegun) return this.text(500, "Internal Server Error");
    this.#isEnded = true;
    this.#commands.fail(this.#request);
  }

  /** A web-standard response. Its body goes out in the parts in which it comes, until the client has gone. */
  async response(response: Response, gone: AbortSignal): Promise<void> {
    const { body, status } = response;
    const headers = [...response.headers];
    if (body === null) return this.whole(status, headers, null);
    const reader = body.getReader() as BodyReader;
    if (!this.#hasBody) return this.whole(status, await measured(headers, reader), null);
    this.#begin(status, headers);
    const cancel = (): void => void reader.cancel().catch(() => undefined);
    gone.addEventListener("abort", cancel);
    if (gone.aborted) cancel();
    await this.#stream(reader);
    gone.removeEventListener("abort", cancel);
  }

  // One part ahead, so that a body of one part leaves whole, its length known.
  async #stream(reader: BodyReader): Promise<void> {
    let part = await reader.read();
    while (!part.done) {
      const data = toPayload("the body of a Response", part.value);
      const next = reader.read();
      const soon = await within(PATIENCE, next);
      if (soon?.done === true) return this.#write(data, true);
      this.#write(data, false);
      part = soon ?? (await next);
    }
    this.#write(null, true);
  }

  #begin(status: number, headers: HeaderList): void {
    this.#isBegun = true;
    this.#commands.respond(this.#request, { status, headers });
  }

  #write(data: Payload | null, last: boolean): void {
    this.#isEnded = last;
    this.#commands.write(this.#request, this.#hasBody ? data : null, last);
  }
}

/** The headers that an answer to HEAD has: those of GET, with the length of the body if it can be told at once. */
async function measured(headers: HeaderList, reader: BodyReader): Promise<HeaderList> {
  const part = await reader.read();
  const end = part.done ? part : await within(PATIENCE, reader.read());
  await reader.cancel();
  if (end?.done !== true) return headers;
  return withLength(headers, part.done ? 0 : bytesIn(toPayload("the body of a Response", part.value)));
}

function withLength(headers: HeaderList, bytes: number): HeaderList {
  if (headers.some(([name]) => name.toLowerCase() === "content-length")) return headers;
  return [...headers, ["content-length", String(bytes)]];
}

function bytesIn(data: Payload): number {
  return typeof data === "string" ? new TextEncoder().encode(data).length : data.length;
}

type BodyPart = { readonly done: boolean; readonly value?: unknown };

interface BodyReader {
  read(): Promise<BodyPart>;
  cancel(): Promise<void>;
}

/** What a promise gives within some microtasks; `null` if it takes longer. A rejection shows when it is awaited. */
async function within(microtasks: number, promise: Promise<BodyPart>): Promise<BodyPart | null> {
  let settled: BodyPart | null = null;
  promise.then(
    (part) => (settled = part),
    () => undefined,
  );
  for (let left = microtasks; left > 0 && settled === null; left -= 1) await Promise.resolve();
  return settled;
}
