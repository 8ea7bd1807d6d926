// Front: the outbox, as the directory and the hub use it.
import type { MessageOptions } from "../../boundary/flow/slow-policy.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { EncodedMessage } from "./history-port.ts";
import type { Room, Session } from "./session.ts";

/** All messages to clients go through it. */
export interface Outbox {
  /** How many messages it has got so far, one for each receiver. */
  readonly counts?: { readonly offered: number };
  /** Notified of how much waits for sessions of routes that ask for it: 0 when all has been taken. */
  onUnsent?: (session: Session, bytes: number) => void;
  send(session: Session, data: Payload | EncodedMessage, options?: MessageOptions): void;
  /** To a session of `parlor.v1`. */
  sendEnvelope(session: Session, text: string): void;
  /** The same to several sessions of `parlor.v1`, encoded once. */
  sendEnvelopes(sessions: readonly Session[], text: string): void;
  broadcast(
    room: Room,
    data: Payload | EncodedMessage,
    except: Session | null,
    options?: MessageOptions,
  ): void;
  /** Called before a member is added or removed: a member gets exactly the messages in between. */
  joining(session: Session, room: Room): void;
  leaving(session: Session, room: Room): void;
  /** Closes a session after all messages that were sent to it. */
  close(session: Session, code: number, reason: string): void;
  /** Whether a close has been collected, which must not be held. */
  readonly hasClose: boolean;
  /** Calls `action` once, at the start of the next flush, which is at the end of this turn at the latest. */
  atFlush(action: () => void): void;
  /** Writes all that was collected to the sockets. */
  flush(): void;
  /** Holds the flush until the next call of `flush`, for `ms` at most. */
  hold(ms: number): void;
}
