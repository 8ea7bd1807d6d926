import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { ResponseHead } from "../../boundary/commands.ts";
import type { RequestHead } from "../../boundary/events.ts";
import type { HttpRefusal } from "../../boundary/refusals.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { RequestRef } from "../../boundary/refs.ts";
import type { Timer } from "../../boundary/clock.ts";

// How a message is framed and when a connection ends is the front's to say, not a script's.
const HOP_BY_HOP = /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;
const LENGTH = "content-length";

/** One request and its answer. */
export class HttpExchange {
  readonly ref: RequestRef;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Set when it was delivered to a host. */
  head: RequestHead | null = null;
  /** Runs while the script has not begun to answer. */
  timer: Timer | null = null;
  /** Nothing is sent any more: its answer is complete, or given up. */
  isEnded = false;
  #held: ResponseHead | null = null;
  /** Bytes that a declared length leaves; `null` when none was declared. */
  #left: number | null = null;
  /** Whether the client holds its body back until it is asked for. */
  readonly #isHeldBack: boolean;

  constructor(ref: RequestRef, req: IncomingMessage, res: ServerResponse, isHeldBack: boolean) {
    this.ref = ref;
    this.req = req;
    this.res = res;
    this.#isHeldBack = isHeldBack;
  }

  /** Whether the answer's head is on its way, so that another status cannot be told. */
  get isAnswered(): boolean {
    return this.res.headersSent;
  }

  /** Whether the script has answered already, sent or not. */
  get isBegun(): boolean {
    return this.#held !== null || this.res.headersSent;
  }

  get unsentBytes(): number {
    return this.res.writableLength;
  }

  /** Asks for a body that the client holds back. */
  proceed(): void {
    if (this.#isHeldBack) this.res.writeContinue();
  }

  /** Begins the answer. The head waits for the end of the turn: with a body that is complete by then goes its length. */
  begin(head: ResponseHead): void {
    this.#held = head;
    process.nextTick(() => {
      if (this.#held !== null && !this.isEnded) this.#sendHead(this.#held, null).flushHeaders();
    });
  }

  /** Sends a part of the body. `false` when it is not as long as the script has declared. */
  write(data: Payload | null, last: boolean): boolean {
    const bytes = data === null ? null : Buffer.from(data);
    const size = bytes?.byteLength ?? 0;
    if (this.#held !== null) this.#sendHead(this.#held, last ? size : null);
    if (this.#left !== null && this.#hasBody) {
      this.#left -= size;
      if (this.#left < 0 || (last && this.#left > 0)) return false;
    }
    this.isEnded = last;
    const sent = this.#hasBody && size > 0 ? bytes : null;
    if (last) this.res.end(sent ?? undefined);
    else if (sent !== null) this.res.write(sent);
    return true;
  }

  /** Responds with a refusal, unless a response has started: then the connection is cut. */
  refuse({ status, text }: HttpRefusal, headers?: OutgoingHttpHeaders): void {
    this.answer(status, text, headers);
  }

  /** Answers in one line of text, unless an answer has begun: then the connection is cut. */
  answer(status: number, text: string, headers: OutgoingHttpHeaders = {}): void {
    if (this.isEnded) return;
    this.isEnded = true;
    if (this.isAnswered) return this.cut();
    this.res.end(this.#writeLine(status, text, headers));
  }

  /**
   * As `answer`, for a request whose body is not wanted. A connection that is closed with unread bytes is reset, which
   * may cost the client the answer: so what comes is read and dropped for as long as `linger` waits.
   */
  answerAndDrain(status: number, text: string, linger: (end: () => void) => Timer): void {
    this.isEnded = true;
    this.res.write(this.#writeLine(status, text, { connection: "close" }));
    const end = (): void => void this.res.end();
    this.timer = linger(end);
    this.req.once("end", end).resume();
  }

  /** Ends the connection with what is unsent. */
  cut(): void {
    this.req.socket.destroy();
  }

  get #hasBody(): boolean {
    const { statusCode } = this.res;
    return this.req.method !== "HEAD" && statusCode !== 204 && statusCode !== 304;
  }

  #writeLine(status: number, text: string, headers: OutgoingHttpHeaders): string {
    const line = `${text}\n`;
    this.res.setHeader("content-type", "text/plain; charset=utf-8");
    this.res.setHeader("x-content-type-options", "nosniff");
    this.res.setHeader(LENGTH, Buffer.byteLength(line));
    this.res.writeHead(status, headers);
    return line;
  }

  #sendHead(head: ResponseHead, size: number | null): ServerResponse {
    this.#held = null;
    const isBodiless = head.status === 204 || head.status === 304;
    const headers = head.headers.filter(([name]) => !HOP_BY_HOP.test(name) && !isLength(name)).flat();
    const declared = head.headers.find(([name]) => isLength(name))?.[1];
    const length = declared ?? (size === null || isBodiless ? null : String(size));
    if (length !== null && head.status !== 204) headers.push(LENGTH, length);
    this.#left = declared === undefined ? null : Number(declared);
    return this.res.writeHead(head.status, headers);
  }
}

function isLength(name: string): boolean {
  return name.toLowerCase() === LENGTH;
}
