import type { MaybePromise } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { Exchange } from "./http/bolt-exchange.ts";
import { after } from "./sequence.ts";
import type { WsEventType, WsRoute } from "./routes/program-routes.ts";

/** A WebSocket event while its callbacks run. */
export interface WsEvent {
  readonly type: WsEventType;
  readonly session: HostSession;
  readonly route: WsRoute;
  /** Of a message. */
  readonly data: Payload | null;
  isAborted: boolean;
}

/** Whose turn it is. One at a time, so that calls without arguments know what they are about. */
export class Turn {
  #event: WsEvent | null = null;
  #exchange: Exchange | null = null;

  get event(): WsEvent | null {
    return this.#event;
  }

  get exchange(): Exchange | null {
    return this.#exchange;
  }

  /** Holds the context until what is run has settled. */
  ofEvent(event: WsEvent, run: () => MaybePromise): MaybePromise {
    this.#event = event;
    return after(run(), () => {
      if (this.#event === event) this.#event = null;
    });
  }

  ofExchange(exchange: Exchange, run: () => MaybePromise): MaybePromise {
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
