// Client: requests to the script, and those of the script to the client.
import type { Fields } from "./frames.ts";
import type { ClientClock } from "./surroundings.ts";

/** Numbers requests, and joins each reply to its request. */
export class Calls {
  readonly #clock: ClientClock;
  readonly #push: PushEnvelope;
  readonly #pending = new Map<number, Pending>();
  readonly #handlers = new Map<string, RequestHandler>();
  #last = 0;
  /** Which session this is: a reply to a request of an earlier one is not wanted. */
  #epoch = 0;

  constructor(clock: ClientClock, push: PushEnvelope) {
    this.#clock = clock;
    this.#push = push;
  }

  readonly request = (name: string, data: unknown = null, options: RequestOptions = {}): Promise<unknown> => {
    const { timeout = 10_000 } = options;
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const refused = this.#push({ type: "request", id, name, data }, id);
      if (refused !== null) return reject(new RequestError(refused, WHY[refused]));
      const settle = (): void => {
        timer.cancel();
        this.#pending.delete(id);
      };
      const fail = (code: string, message: string): void => {
        settle();
        reject(new RequestError(code, message));
      };
      const timer = this.#clock.after(timeout, () =>
        fail("timeout", `no reply to ${name} within ${timeout} ms`),
      );
      const done = (value: unknown): void => {
        settle();
        resolve(value);
      };
      this.#pending.set(id, { done, fail });
    });
  };

  readonly handle = (name: string, handler: RequestHandler): (() => void) => {
    this.#handlers.set(name, handler);
    return () => void (this.#handlers.get(name) === handler && this.#handlers.delete(name));
  };

  /** A reply. One that is no longer awaited is dropped. */
  reply({ id, data, error }: Fields): void {
    const pending = this.#pending.get(id as number);
    if (typeof error !== "object" || error === null) return pending?.done(data);
    const { code, message } = error as Fields;
    pending?.fail(String(code), String(message));
  }

  /** A request of the script. */
  async respond({ id, name, data }: Fields): Promise<void> {
    const epoch = this.#epoch;
    const result = await this.#resultOf(String(name), data);
    if (epoch !== this.#epoch) return;
    try {
      this.#push({ type: "reply", id, ...result }, 0);
    } catch (error) {
      // The handler's result cannot be written as JSON.
      this.#push({ type: "reply", id, ...failureOf(error) }, 0);
    }
  }

  /** The session is another one, plain, or closed: requests of the previous one fail, except those in `kept`. */
  restart(why: keyof typeof WHY, kept: ReadonlySet<number> = new Set()): void {
    this.#epoch += 1;
    for (const [id, pending] of this.#pending) if (!kept.has(id)) pending.fail(why, WHY[why]);
  }

  async #resultOf(name: string, data: unknown): Promise<object> {
    const handler = this.#handlers.get(name);
    if (handler === undefined) return failure("unknown", `the client has no handler for ${name}`);
    try {
      return { data: (await handler(data)) ?? null };
    } catch (error) {
      return failureOf(error);
    }
  }
}

/** Why a request has no result: `code` is the script's own, or `timeout`, `lost`, `full`, `plain` or `closed`. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Returns the reply to a request of the script, or rejects. */
export type RequestHandler = (data: unknown) => unknown;

export interface RequestOptions {
  /** How long the reply may take, ms. Default 10,000. */
  readonly timeout?: number;
}

/** Queues an envelope; returns why it cannot, or null. `request`: its number if it is a request, otherwise 0. */
export type PushEnvelope = (envelope: object, request: number) => "full" | "closed" | "plain" | null;

interface Pending {
  readonly done: (value: unknown) => void;
  readonly fail: (code: string, message: string) => void;
}

const WHY = {
  full: "too much waits for the connection",
  closed: "the client is closed",
  lost: "the session was lost before the reply",
  plain: "the route does not speak parlor.v1",
};

function failureOf(error: unknown): object {
  const { code = "failed", message = "" } = Object(error) as { code?: unknown; message?: unknown };
  return failure(code, message);
}

function failure(code: unknown, message: unknown): object {
  return { error: { code: String(code), message: String(message) } };
}
