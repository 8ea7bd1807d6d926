// Dialect: the event or request that a Bolt callback runs for, so that calls without arguments know their subject.
import type { MaybePromise } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import type { Payload } from "../../../boundary/payload.ts";
import type { BoltExchange } from "../http/bolt-exchange.ts";
import type { BoltSocketRoute, WsEventType } from "../routes/program-routes.ts";
import { after } from "../common/sequence.ts";

/** Holds one event or one request at a time: a program's callbacks never overlap. */
export class CallContext {
  #event: BoltEvent | null = null;
  #exchange: BoltExchange | null = null;

  get event(): BoltEvent | null {
    return this.#event;
  }

  get exchange(): BoltExchange | null {
    return this.#exchange;
  }

  /** Runs the callbacks of an event; it is the context until they have settled. */
  runEvent(event: BoltEvent, run: () => MaybePromise): MaybePromise {
    this.#event = event;
    return after(run(), () => {
      if (this.#event === event) this.#event = null;
    });
  }

  /** Runs the callbacks of a request; it is the context until they have settled. */
  runExchange(exchange: BoltExchange, run: () => MaybePromise): MaybePromise {
    this.#exchange = exchange;
    return after(run(), () => {
      if (this.#exchange === exchange) this.#exchange = null;
    });
  }

  /** Drops an event or request whose callback has timed out. */
  clear(): void {
    this.#event = null;
    this.#exchange = null;
  }
}

/** A WebSocket event while its callbacks run. */
export interface BoltEvent {
  readonly type: WsEventType;
  readonly session: HostSession;
  readonly route: BoltSocketRoute;
  /** The data of a message; null for other events. */
  readonly data: Payload | null;
  isAborted: boolean;
}
