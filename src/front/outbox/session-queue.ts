import type { Session } from "../directory/session.ts";
import type { CloseFrame } from "./close-frame.ts";
import type { FrameSelection } from "./frame-selection.ts";
import type { FrameBatch, RawSocket } from "./frame-batch.ts";

/** A session's connection, as the outbox needs it. */
export interface Link {
  /** As in the WebSocket standard; 1 is open. */
  readonly readyState: number;
  readonly rawSocket: RawSocket;
  /** Whether the client understands messages that were compressed with the full window. */
  readonly inflates: boolean;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** What the outbox keeps for a session, from its first frame or its connection on. */
export class SessionQueue {
  /** Null while connecting. */
  link: Link | null = null;
  /** Set in turns in which the session is not to get exactly what the one room gets that it is in. */
  selection: FrameSelection | null = null;
  /**
   * The frames of this turn that went to it directly, from the first up to, and without, the last: a session that gets
   * nothing else, and those in a row, needs no deviation. Equal when there are none.
   */
  directFrom = 0;
  directTo = 0;
  /** The turn in which the session was found to be in a room that is sent to. */
  seenIn = 0;
  /** What was sent to it while connecting. */
  waiting: FrameBatch[] | null = null;
  waitingBytes = 0;
  /** Set for good: nothing that is sent later reaches the session. */
  closeFrame: CloseFrame | null = null;
}

/** The session's lane: the one place that knows what `outlet` is. */
export function queueOf(session: Session): SessionQueue {
  return (session.outboxState ??= new SessionQueue()) as SessionQueue;
}

/** Stands for the connection of a session whose client left before there was one. */
export const NO_LINK: Link = {
  readyState: 3,
  rawSocket: { writableLength: 0, write: () => false, cork() {}, uncork() {} },
  inflates: false,
  close() {},
  terminate() {},
};
