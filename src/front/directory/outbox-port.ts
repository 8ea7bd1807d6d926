// Front: the outbox, as the directory and the hub use it.
import type { Payload } from "../../boundary/payload.ts";
import type { Room, Session } from "./session.ts";

/** All messages to clients go through it. */
export interface Outbox {
  /** How many messages it has got so far, one for each receiver. */
  readonly counts?: { readonly offered: number };
  send(session: Session, data: Payload): void;
  broadcast(room: Room, data: Payload, except: Session | null): void;
  /** Called before a member is added or removed: a member gets exactly the messages in between. */
  joining(session: Session, room: Room): void;
  leaving(session: Session, room: Room): void;
  /** Closes a session after all messages that were sent to it. */
  close(session: Session, code: number, reason: string): void;
  /** Whether a close has been collected, which must not be held. */
  readonly hasClose: boolean;
  /** Writes all that was collected to the sockets. */
  flush(): void;
  /** Holds the flush until the next call of `flush`, for `ms` at most. */
  hold(ms: number): void;
}
