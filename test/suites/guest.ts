import type { Payload } from "../../src/boundary/payload.ts";
import type { Session } from "../../src/front/directory/session.ts";
import type { Front } from "../../src/front/front.ts";
import type { Link } from "../../src/front/outbox/session-queue.ts";
import { decodeFrames, describeFrame } from "../support/server-frames.ts";

/** A client without a network: what it gets is decoded from what the outbox writes for it. */
export class Guest {
  readonly session: Session;
  readonly link: Link;
  /** Everything that it got, in order; never emptied. */
  readonly inbox: string[] = [];
  refused: { status: number; reason: string } | null = null;
  closed: { code: number; reason: string } | null = null;
  readonly #front: Front;
  readonly #onNews: () => void;
  #read = 0;
  #corks = 0;
  #bytes: Uint8Array[] = [];

  constructor(front: Front, session: Session, onNews: () => void) {
    this.#front = front;
    this.session = session;
    this.#onNews = onNews;
    this.link = this.#makeLink();
  }

  get id(): string {
    return this.session.handshake.id;
  }

  get isGone(): boolean {
    return this.session.state === "closed";
  }

  /** What has come since the last look. */
  news(): string[] {
    const news = this.inbox.slice(this.#read);
    this.#read = this.inbox.length;
    return news;
  }

  says(...messages: Payload[]): void {
    for (const message of messages) this.#front.message(this.session, message);
  }

  leaves(code = 1000, reason = ""): void {
    this.#front.hub.closed(this.session, code, reason);
  }

  #makeLink(): Link {
    const link = {
      readyState: 1,
      inflates: false,
      rawSocket: {
        writableLength: 0,
        writable: true,
        write: (data: Uint8Array) => this.#write(data),
        cork: () => void (this.#corks += 1),
        uncork: () => {
          this.#corks -= 1;
          this.#decode();
        },
      },
      pendingBytes: 0,
      close: (code: number, reason: string) => {
        link.readyState = 2;
        this.closed = { code, reason };
        this.#onNews();
      },
      terminate: () => void (link.readyState = 3),
    };
    return link;
  }

  #write(data: Uint8Array): boolean {
    this.#bytes.push(data);
    this.#decode();
    return true;
  }

  #decode(): void {
    if (this.#corks > 0 || this.#bytes.length === 0) return;
    const frames = decodeFrames(Buffer.concat(this.#bytes));
    this.#bytes = [];
    this.inbox.push(...frames.map(describeFrame));
    this.#onNews();
  }
}
