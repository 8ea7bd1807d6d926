// Front: the state of one session in the outbox.
import type { Session } from "../directory/session.ts";
import type { CloseFrame } from "./close-frame.ts";
import type { FrameSelection } from "./frame-selection.ts";
import type { FrameBatch, RawSocket } from "./frame-batch.ts";

/** Made at the session's first frame or its connection. */
export class SessionQueue {
  /** Null while connecting. */
  link: Link | null = null;
  /** Set in turns in which the session does not get exactly the frames of one room. */
  selection: FrameSelection | null = null;
  /**
   * The frames of this turn that were sent to the session directly, from `directFrom` up to, and without, `directTo`:
   * if it gets nothing else, and they are in a row, it needs no selection. Equal when there are none.
   */
  directFrom = 0;
  directTo = 0;
  /** The turn in which the session was found to be in a room that is sent to. */
  seenIn = 0;
  /** Frames that were sent to it while connecting. */
  waiting: FrameBatch[] | null = null;
  waitingBytes = 0;
  /** Once it is set, nothing that is sent later reaches the session. */
  closeFrame: CloseFrame | null = null;
}

/** The session's queue. Only here the type of `outboxState` is known. */
export function queueOf(session: Session): SessionQueue {
  return (session.outboxState ??= new SessionQueue()) as SessionQueue;
}

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

/** Stands for the connection of a session whose client left before there was one. */
export const NO_LINK: Link = {
  readyState: 3,
  rawSocket: { writableLength: 0, write: () => false, cork() {}, uncork() {} },
  inflates: false,
  close() {},
  terminate() {},
};
