// Front: one HTTP request and its response.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Timer } from "../../boundary/clock.ts";
import type { ResponseHead } from "../../boundary/commands.ts";
import type { RequestHead } from "../../boundary/events.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { RequestRef } from "../../boundary/refs.ts";
import type { HttpRefusal } from "../../boundary/errors/refusals.ts";

/** Writes one response: a script's, in parts, or a single line of text. */
export class HttpExchange {
  readonly ref: RequestRef;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Set when the request was delivered to a host. */
  head: RequestHead | null = null;
  /** Runs until the script has started its response, or until a body that is not wanted has been read. */
  timer: Timer | null = null;
  /** The pattern of the route that responds, or in brackets what does in its place. */
  route = NO_ROUTE;
  /** When its head came, in monotonic time, ms. */
  startedAt = 0;
  /** Nothing more is sent: the response is complete, or was given up. */
  isEnded = false;
  /** The head of a script's response, until it is sent. */
  #heldHead: ResponseHead | null = null;
  /** Bytes that the declared length still leaves; `null` when no length was declared. */
  #bytesLeft: number | null = null;
  readonly #asksToContinue: boolean;

  /** `asksToContinue`: the client holds its body back until it is asked for. */
  constructor(ref: RequestRef, req: IncomingMessage, res: ServerResponse, asksToContinue: boolean) {
    this.ref = ref;
    this.req = req;
    this.res = res;
    this.#asksToContinue = asksToContinue;
  }

  /** Whether the response's head has left, so that its status is final. */
  get hasSentHead(): boolean {
    return this.res.headersSent;
  }

  /** The status that the client got; 499 if its connection closed before. */
  get status(): number {
    return this.hasSentHead ? this.res.statusCode : CLIENT_GONE;
  }

  /** Whether the script has started its response, sent or not. */
  get hasStarted(): boolean {
    return this.#heldHead !== null || this.res.headersSent;
  }

  /** Bytes of the response that the client has not taken. */
  get unsentBytes(): number {
    return this.res.writableLength;
  }

  /** Asks for a body that the client holds back. */
  proceed(): void {
    if (this.#asksToContinue) this.res.writeContinue();
  }

  /** Starts a response. Its head leaves at the end of the turn: if the body is complete by then, with its length. */
  start(head: ResponseHead): void {
    this.#heldHead = head;
    process.nextTick(() => {
      if (this.#heldHead !== null && !this.isEnded) this.#sendHead(this.#heldHead, null).flushHeaders();
    });
  }

  /** Sends a part of the body. Returns `false` if the body is not as long as the script declared. */
  write(data: Payload | null, last: boolean): boolean {
    const bytes = data === null ? null : Buffer.from(data);
    const size = bytes?.byteLength ?? 0;
    if (this.#heldHead !== null) this.#sendHead(this.#heldHead, last ? size : null);
    if (this.#bytesLeft !== null && this.#hasBody) {
      this.#bytesLeft -= size;
      if (this.#bytesLeft < 0 || (last && this.#bytesLeft > 0)) return false;
    }
    this.isEnded = last;
    const sent = this.#hasBody && size > 0 ? bytes : null;
    if (last) this.res.end(sent ?? undefined);
    else if (sent !== null) this.res.write(sent);
    return true;
  }

  /** Responds with one line of text. If another response has started, the connection is cut instead. */
  respond(status: number, text: string, headers: OutgoingHttpHeaders = {}): void {
    if (this.isEnded) return;
    this.isEnded = true;
    if (this.hasSentHead) return this.cut();
    this.res.end(this.#writeLine(status, text, headers));
  }

  refuse({ status, text, headers: own = {} }: HttpRefusal, headers?: OutgoingHttpHeaders): void {
    const upgrade = own["upgrade"] === undefined ? {} : { connection: this.#announcedUpgrade };
    this.respond(status, text, { ...own, ...upgrade, ...headers });
  }

  // RFC 9110, 7.8: the header Upgrade is always announced in Connection.
  get #announcedUpgrade(): string {
    return this.res.shouldKeepAlive ? "upgrade" : "upgrade, close";
  }

  /**
   * Refuses a request whose body is not wanted. A connection that is closed with unread bytes is reset, which may cost
   * the client the response: so the body is read and dropped until it ends or the timer of `startTimer` does.
   */
  refuseAndDrain({ status, text }: HttpRefusal, startTimer: (end: () => void) => Timer): void {
    this.isEnded = true;
    this.res.write(this.#writeLine(status, text, { connection: "close" }));
    const end = (): void => void this.res.end();
    this.timer = startTimer(end);
    this.req.once("end", end).resume();
  }

  /** Destroys the connection, unsent bytes included. */
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

  /** `size`: of the whole body, when it is known. */
  #sendHead(head: ResponseHead, size: number | null): ServerResponse {
    this.#heldHead = null;
    const isBodiless = head.status === 204 || head.status === 304;
    const headers = head.headers.filter(([name]) => !HOP_BY_HOP.test(name) && !isLength(name)).flat();
    const declared = head.headers.find(([name]) => isLength(name))?.[1];
    const length = declared ?? (size === null || isBodiless ? null : String(size));
    if (length !== null && head.status !== 204) headers.push(LENGTH, length);
    this.#bytesLeft = declared === undefined ? null : Number(declared);
    return this.res.writeHead(head.status, headers);
  }
}

/** No script and no file is at the path. */
const NO_ROUTE = "(none)";
/** As nginx logs it. */
const CLIENT_GONE = 499;

// The front decides how a message is framed and when a connection ends, not a script.
const HOP_BY_HOP = /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;
const LENGTH = "content-length";

function isLength(name: string): boolean {
  return name.toLowerCase() === LENGTH;
}
