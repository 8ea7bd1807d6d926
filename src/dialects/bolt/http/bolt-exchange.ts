// Dialect: a request, and the response that its Bolt callbacks put together.
import type { HttpCommands } from "../../../boundary/commands.ts";
import { utf8Length } from "../../../boundary/text/utf8.ts";
import type { RequestHead } from "../../../boundary/events.ts";
import type { BoltHttpRoute } from "../routes/program-routes.ts";

/** The response is sent when the callbacks have ended. */
export class BoltExchange {
  readonly head: RequestHead;
  readonly route: BoltHttpRoute;
  readonly id: string;
  readonly #body: Uint8Array | null;
  readonly #headers = new Map<string, readonly [string, string]>();
  #status = 200;
  #content: string | Uint8Array = "";
  /** Whether a callback has responded: a `before` that has replaces the handler. */
  hasResponse = false;
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

  header(name: string): string {
    const wanted = name.toLowerCase();
    const found = this.head.headers.filter(([key]) => key.toLowerCase() === wanted);
    return found.map(([, value]) => value).join(", ");
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name.toLowerCase(), [name, value]);
  }

  /** Sets the response; the last one counts. `type` is the default that `setHeader` overrides. */
  respond(status: number, body: string | Uint8Array, type: string | null): void {
    this.hasResponse = true;
    this.#status = status;
    this.#content = body;
    if (type !== null && !this.#headers.has("content-type")) this.setHeader("Content-Type", type);
  }

  send(commands: HttpCommands): void {
    if (this.isGone) return;
    const { request, method } = this.head;
    const isHead = method === "HEAD";
    if (isHead) this.setHeader("Content-Length", String(sizeOf(this.#content)));
    commands.respond(request, { status: this.#status, headers: [...this.#headers.values()] });
    commands.write(request, isHead || this.#content.length === 0 ? null : this.#content, true);
  }
}

function sizeOf(body: string | Uint8Array): number {
  return typeof body === "string" ? utf8Length(body) : body.length;
}
