// Front: the secrets by which a client returns to its session: the current one, and the next one.
import { randomBytes, timingSafeEqual } from "node:crypto";

/** Each connection gets a fresh secret. The previous one is valid until the client has the fresh one. */
export class Secrets {
  #current = random();
  #fresh: string | null = null;

  /** The secret for the next connection. */
  get next(): string {
    return this.#fresh ?? this.#current;
  }

  /** Whether a client may return with it. */
  has(secret: string): boolean {
    const isCurrent = isEqual(secret, this.#current);
    const isFresh = isEqual(secret, this.#fresh ?? UNKNOWN);
    return isCurrent || isFresh;
  }

  /** A client has returned with it, and gets a fresh one. */
  take(secret: string): void {
    this.#current = secret;
    this.#fresh = random();
  }

  /** The client has the fresh one: the old secret is spent. */
  confirm(): void {
    this.#current = this.next;
    this.#fresh = null;
  }
}

/** 128 bits. */
function random(): string {
  return randomBytes(16).toString("base64url");
}

/** No client can send it. */
const UNKNOWN = "*".repeat(22);

// In the same time for all secrets of the right length.
function isEqual(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
