// Front: the state of one session in the outbox.
import type { Session } from "../directory/session.ts";
import type { CloseFrame } from "./close-frame.ts";
import type { FrameSelection } from "./frame-selection.ts";
import type { FrameBatch, RawSocket } from "./frame-batch.ts";
import { FlowCounts, type OutboundDrop } from "../flow/flow-counts.ts";
import type { FlowReceiver } from "../flow/outbound-flow.ts";
import type { Backlog } from "./backlog.ts";

/** Made at the session's first frame or its connection. */
export class SessionQueue implements FlowReceiver {
  readonly session: Session;
  readonly flow = new FlowCounts<OutboundDrop>();
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
  /** What waits while it connects, or while its client reads slowly; made at the first time. */
  backlog: Backlog | null = null;
  /** Once it is set, nothing that is sent later reaches the session. */
  closeFrame: CloseFrame | null = null;
  /** What was written and not acknowledged; null for a session that ends with its connection. */
  kept: KeptBatches | null = null;
  /** Whether its client speaks `parlor.v1`. */
  readonly isLine: boolean;

  constructor(session: Session) {
    this.session = session;
    this.isLine = session.inbound.line !== null;
  }

  /** Whether its connection is lost and it may come back: what is sent to it waits. */
  get isAway(): boolean {
    const { kept, link, closeFrame } = this;
    return kept !== null && closeFrame === null && link !== null && link.readyState !== OPEN;
  }

  get routeFlow(): FlowCounts<OutboundDrop> | null {
    return this.session.route.traffic?.outbound ?? null;
  }

  /** Bytes that the kernel has not taken. */
  get unsentBytes(): number {
    return (this.backlog?.bytes ?? 0) + (this.link?.rawSocket.writableLength ?? 0);
  }
}

/** What was written to a session and not acknowledged, as the outbox uses it. */
export interface KeptBatches {
  /** Whether something was dropped that has not been written: its client can no longer return. */
  readonly isOverflown: boolean;
  /** Writes a batch, and keeps it. */
  write(batch: FrameBatch, link: Link): void;
  /** Writes plain frames that only this session gets, and keeps a copy; false if they are too large for that. */
  writeSlice(slice: Buffer, frames: number, link: Link): boolean;
  /** Writes all that is kept to another connection. */
  resend(link: Link): void;
  /**
   * Drops the oldest until no more is kept, with what waits, than may be; down to `share` of the bound. Returns whether
   * that is so now.
   */
  bound(waiting: Backlog, share: number): boolean;
  /** Something was dropped that has not been written. */
  overflow(): void;
}

/** The session's queue. Only here the type of `outboxState` is known. */
export function queueOf(session: Session): SessionQueue {
  return (session.outboxState ??= new SessionQueue(session)) as SessionQueue;
}

/** A session's connection, as the outbox needs it. */
export interface Link {
  /** As in the WebSocket standard; 1 is open. */
  readonly readyState: number;
  readonly rawSocket: RawSocket;
  /** Bytes that the kernel has not taken, as they become fewer within one write. */
  readonly pendingBytes: number;
  /** Whether the client understands messages that were compressed with the full window. */
  readonly inflates: boolean;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** Stands for the connection of a session whose client left before there was one. */
export const NO_LINK: Link = {
  readyState: 3,
  rawSocket: { writableLength: 0, writable: false, write: () => false, cork() {}, uncork() {} },
  pendingBytes: 0,
  inflates: false,
  close() {},
  terminate() {},
};

/** Stands for the connection of a session that has lost it, and may come back. */
export const AWAY_LINK: Link = { ...NO_LINK };

const OPEN = 1;
