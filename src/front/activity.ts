// Front: what happens at its sockets and hosts, for a log that wants all of it.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpRefusal } from "../boundary/errors/refusals.ts";
import type { RequestHead } from "../boundary/events.ts";
import type { Payload } from "../boundary/payload.ts";
import type { Session } from "./directory/session.ts";

/** Is notified of what happens. Where nothing is to be logged there is none, so that it costs one comparison. */
export interface Activity {
  /** A client's handshake is complete. */
  opened(session: Session): void;
  closed(session: Session, code: number, reason: string): void;
  /** A handshake was refused, by Parlor or by its script. */
  refused(by: IncomingMessage | Session, refusal: HttpRefusal): void;
  /** A message has come; null where messages are not logged. */
  readonly received: ((session: Session, data: Payload) => void) | null;
  /** An HTTP request has come. */
  requested(exchange: RequestedExchange): void;
  /** A host has started, or its incarnation is over. */
  host(slot: number, what: "started" | "ended"): void;
}

/** A request and its response. */
export interface RequestedExchange {
  /** Set when a script gets it. */
  readonly head: RequestHead | null;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}
