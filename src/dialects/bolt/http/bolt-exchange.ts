// Dialect: a request, and the response that its Bolt callbacks put together.
import type { HttpCommands } from "../../../boundary/commands.ts";
import { utf8Length } from "../../../boundary/text/utf8.ts";
import type { RequestHead } from "../../../boundary/events.ts";
import type { BoltForm } from "./bolt-form.ts";
import type { BoltHttpRoute } from "../routes/program-routes.ts";

/** The response is sent when the callbacks have ended. */
export class BoltExchange {
  readonly head: RequestHead;
  readonly route: BoltHttpRoute;
  readonly id: string;
  /** Lines of `Set-Cookie`. */
  readonly cookies: string[] = [];
  readonly #body: Uint8Array | null;
  readonly #headers = new Map<string, readonly [string, string]>();
  #response: BoltResponse = EMPTY;
  /** Whether a callback has responded: a `before` that has replaces the handler. */
  hasResponse = false;
  /** Null until it is asked for. */
  form: BoltForm | null = null;
  /** The client has gone: no response is sent. */
  isGone = false;

  constructor(head: RequestHead, body: Uint8Array | null, about: { route: BoltHttpRoute; id: string }) {
    this.head = head;
    this.#body = body;
    this.route = about.route;
    this.id = about.id;
  }

  get body(): Uint8Array {
    return this.#body ?? new Uint8Array();
  }

  /** The values of a header, joined; "" if there is none. */
  readonly header = (name: string, separator = ", "): string => {
    const wanted = name.toLowerCase();
    const found = this.head.headers.filter(([key]) => key.toLowerCase() === wanted);
    return found.map(([, value]) => value).join(separator);
  };

  setHeader(name: string, value: string): void {
    this.#headers.set(name.toLowerCase(), [name, value]);
  }

  /** Sets the response; the last one counts. `type` is the default that `setHeader` overrides. */
  respond(status: number, body: string | Uint8Array, type: string | null): void {
    this.hasResponse = true;
    this.#response = { status, body, type };
  }

  /** A callback has failed: what it has responded is dropped, so that the error handler responds. */
  onFault(): void {
    this.hasResponse = false;
    this.#response = EMPTY;
  }

  /** The error handler has run, if there is one. */
  readonly onHandled = (): void => {
    if (!this.hasResponse) this.respond(500, "Internal Server Error", "text/plain; charset=utf-8");
  };

  send(commands: HttpCommands): void {
    if (this.isGone) return;
    const { request, method } = this.head;
    const { status, body, type } = this.#response;
    if (type !== null && !this.#headers.has("content-type")) this.setHeader("Content-Type", type);
    const isHead = method === "HEAD";
    if (isHead) this.setHeader("Content-Length", String(sizeOf(body)));
    const cookies = this.cookies.map((line) => ["Set-Cookie", line] as const);
    commands.respond(request, { status, headers: [...this.#headers.values(), ...cookies] });
    commands.write(request, isHead || body.length === 0 ? null : body, true);
  }
}

/** `type`: the content type, unless the script sets one. */
interface BoltResponse {
  readonly status: number;
  readonly body: string | Uint8Array;
  readonly type: string | null;
}

const EMPTY: BoltResponse = { status: 200, body: "", type: null };

function sizeOf(body: string | Uint8Array): number {
  return typeof body === "string" ? utf8Length(body) : body.length;
}
