// Dialect: the response to one HTTP request, on its way to the front.
import type { HttpCommands } from "../../../boundary/commands.ts";
import { toPayload, type Payload } from "../../../boundary/payload.ts";
import { utf8Length } from "../../../boundary/text/utf8.ts";
import type { AbortState, WebResponse } from "../../../host/api/web-platform.ts";
import type { RequestRef } from "../../../boundary/refs.ts";

/** Sends a response whole, or head first and body in parts. */
export class PendingResponse {
  readonly #commands: HttpCommands;
  readonly #request: RequestRef;
  /** False for HEAD: the body is not sent. */
  readonly #hasBody: boolean;
  #isStarted = false;
  #isEnded = false;

  constructor(commands: HttpCommands, request: RequestRef, hasBody: boolean) {
    this.#commands = commands;
    this.#request = request;
    this.#hasBody = hasBody;
  }

  /** Head and body at once. */
  whole(status: number, headers: HeaderList, body: Payload | null): void {
    const isBare = this.#hasBody || body === null;
    this.#start(status, isBare ? headers : withLength(headers, bytesIn(body)));
    this.#write(body, true);
  }

  text(status: number, text: string, more: HeaderList = []): void {
    this.whole(status, [["content-type", "text/plain; charset=utf-8"], ...more], text);
  }

  /** A fault: status 500. If the head has been sent, the connection is cut instead, so that a part does not pass for the whole. */
  fail(): void {
    if (this.#isEnded) return;
    if (!this.#isStarted) return this.text(500, "Internal Server Error");
    this.#isEnded = true;
    this.#commands.fail(this.#request);
  }

  /** A web-standard response. Its body is sent in the parts in which it arrives, until the client has gone. */
  async stream(response: WebResponse, gone: AbortState): Promise<void> {
    const { body, status } = response;
    const headers = [...response.headers];
    if (body === null) return this.whole(status, headers, null);
    const reader = body.getReader() as BodyReader;
    if (!this.#hasBody) return this.whole(status, await measured(headers, reader), null);
    this.#start(status, headers);
    const cancel = (): void => void reader.cancel().catch(() => undefined);
    gone.addEventListener("abort", cancel);
    if (gone.aborted) cancel();
    await this.#sendParts(reader);
    gone.removeEventListener("abort", cancel);
  }

  // Reads one part ahead, so that a body of one part is sent whole, with its length.
  async #sendParts(reader: BodyReader): Promise<void> {
    let part = await reader.read();
    while (!part.done) {
      const data = toPayload("the body of a Response", part.value);
      const next = reader.read();
      const soon = await within(ONE_PART, next);
      if (soon?.done === true) return this.#write(data, true);
      this.#write(data, false);
      part = soon ?? (await next);
    }
    this.#write(null, true);
  }

  #start(status: number, headers: HeaderList): void {
    this.#isStarted = true;
    this.#commands.respond(this.#request, { status, headers });
  }

  #write(data: Payload | null, last: boolean): void {
    this.#commands.write(this.#request, this.#hasBody ? data : null, last);
    this.#isEnded = last;
  }
}

/** The headers of a response to HEAD: those of GET, with the body's length if it is known at once. */
async function measured(headers: HeaderList, reader: BodyReader): Promise<HeaderList> {
  const part = await reader.read();
  const end = part.done ? part : await within(ONE_PART, reader.read());
  await reader.cancel();
  if (end?.done !== true) return headers;
  return withLength(headers, part.done ? 0 : bytesIn(toPayload("the body of a Response", part.value)));
}

function withLength(headers: HeaderList, bytes: number): HeaderList {
  if (headers.some(([name]) => name.toLowerCase() === "content-length")) return headers;
  return [...headers, ["content-length", String(bytes)]];
}

function bytesIn(data: Payload): number {
  return typeof data === "string" ? utf8Length(data) : data.length;
}

/** A body of one part is known to be complete after this many microtasks; no stream is that fast by accident. */
const ONE_PART = 8;

export type HeaderList = readonly (readonly [name: string, value: string])[];

type BodyPart = { readonly done: boolean; readonly value?: unknown };

interface BodyReader {
  read(): Promise<BodyPart>;
  cancel(): Promise<void>;
}

/** The value of a promise that settles within some microtasks; otherwise `null`. A rejection shows when it is awaited. */
async function within(microtasks: number, promise: Promise<BodyPart>): Promise<BodyPart | null> {
  let settled: BodyPart | null = null;
  promise.then(
    (part) => (settled = part),
    () => undefined,
  );
  for (let left = microtasks; left > 0 && settled === null; left -= 1) await Promise.resolve();
  return settled;
}
