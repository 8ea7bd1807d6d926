import type { Commands } from "../../../boundary/commands.ts";
import type { RequestHead } from "../../../boundary/events.ts";
import type { BoltHttpRoute } from "../routes/program-routes.ts";

/** A request and the answer that its callbacks put together. It leaves when they have ended. */
export class BoltExchange {
  readonly head: RequestHead;
  readonly route: BoltHttpRoute;
  readonly id: string;
  readonly #bytes: Uint8Array | null;
  readonly #headers = new Map<string, readonly [string, string]>();
  #status = 200;
  #body: string | Uint8Array = "";
  /** Whether something has answered: a `before` that has takes the place of the handler. */
  hasResponse = false;
  /** The client has gone: nobody waits for an answer. */
  isGone = false;

  constructor(head: RequestHead, bytes: Uint8Array | null, about: { route: BoltHttpRoute; id: string }) {
    this.head = head;
    this.#bytes = bytes;
    this.route = about.route;
    this.id = about.id;
  }

  get url(): URL {
    return new URL(this.head.url);
  }

  /** As UTF-8; what is none becomes U+FFFD. */
  get body(): string {
    return this.#bytes === null ? "" : new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.#bytes);
  }

  get bytes(): Uint8Array {
    return this.#bytes ?? new Uint8Array();
  }

  header(name: string): string {
    const wanted = name.toLowerCase();
    const found = this.head.headers.filter(([key]) => key.toLowerCase() === wanted);
    return found.map(([, value]) => value).join(", ");
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name.toLowerCase(), [name, value]);
  }

  /** Answers; the last answer counts. `type` stands unless `setHeader` has said another. */
  respond(status: number, body: string | Uint8Array, type: string | null): void {
    this.hasResponse = true;
    this.#status = status;
    this.#body = body;
    if (type !== null && !this.#headers.has("content-type")) this.setHeader("Content-Type", type);
  }

  send(commands: Commands): void {
    if (this.isGone) return;
    const { request, method } = this.head;
    const isHead = method === "HEAD";
    if (isHead) this.setHeader("Content-Length", String(sizeOf(this.#body)));
    commands.respond(request, { status: this.#status, headers: [...this.#headers.values()] });
    commands.write(request, isHead || this.#body.length === 0 ? null : this.#body, true);
  }
}

function sizeOf(body: string | Uint8Array): number {
  return typeof body === "string" ? new TextEncoder().encode(body).length : body.length;
}
