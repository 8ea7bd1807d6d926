import type { Payload } from "../../boundary/payload.ts";
import type { Room, Session } from "./session.ts";

/** Everything that Parlor sends to clients goes through here. */
export interface Outbox {
  /** How many messages it was given so far, one for each receiver. */
  readonly counts?: { readonly offered: number };
  send(session: Session, data: Payload): void;
  broadcast(room: Room, data: Payload, except: Session | null): void;
  /** Must be told before a member is added or removed: it gets exactly what is broadcast in between. */
  joining(session: Session, room: Room): void;
  leaving(session: Session, room: Room): void;
  /** What was sent before is delivered first, then the close. */
  close(session: Session, code: number, reason: string): void;
  /** Whether a close has been collected: it is not to be held. */
  readonly hasClose: boolean;
  /** Writes to the sockets what was collected. */
  flush(): void;
  /** Puts the flush off until the next one is asked for, at most by `ms`. */
  hold(ms: number): void;
}
