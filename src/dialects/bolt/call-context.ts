import type { MaybePromise } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { BoltExchange } from "./http/bolt-exchange.ts";
import { after } from "./sequence.ts";
import type { WsEventType, BoltSocketRoute } from "./routes/program-routes.ts";

/** A WebSocket event while its callbacks run. */
export interface BoltEvent {
  readonly type: WsEventType;
  readonly session: HostSession;
  readonly route: BoltSocketRoute;
  /** Of a message. */
  readonly data: Payload | null;
  isAborted: boolean;
}

/** Whose turn it is. One at a time, so that calls without arguments know what they are about. */
export class CallContext {
  #event: BoltEvent | null = null;
  #exchange: BoltExchange | null = null;

  get event(): BoltEvent | null {
    return this.#event;
  }

  get exchange(): BoltExchange | null {
    return this.#exchange;
  }

  /** Holds the context until what is run has settled. */
  runEvent(event: BoltEvent, run: () => MaybePromise): MaybePromise {
    this.#event = event;
    return after(run(), () => {
      if (this.#event === event) this.#event = null;
    });
  }

  runExchange(exchange: BoltExchange, run: () => MaybePromise): MaybePromise {
    this.#exchange = exchange;
    return after(run(), () => {
      if (this.#exchange === exchange) this.#exchange = null;
    });
  }

  /** The one whose turn it was is not waited for any more. */
  clear(): void {
    this.#event = null;
    this.#exchange = null;
  }
}
