// Front: the options of the WebSocket transport, and what it asks its owner.
import type { Clock } from "../../boundary/clock.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { Session } from "../directory/session.ts";
import type { LimitName } from "../limits/limit-counts.ts";
import type { TurnOutbox } from "../outbox/outbox.ts";
import type { HeartbeatOptions } from "./heartbeat.ts";
import type { DecisionListener } from "./pending-upgrades.ts";
import type { ReceiveLimits } from "./receive-bounds.ts";
import type { SessionSocket, SocketWatcher } from "./session-socket.ts";

/** Is notified of what happens to sessions. */
export interface TransportListener extends DecisionListener {
  /** The 101 has been written; messages that were sent before, and the first that is received, follow. */
  onOpen(session: Session): void;
  onMessage(session: Session, data: Payload): void;
  onPong(session: Session): void;
  /** Only for sessions whose opening says `wantsPings`. */
  onPing(session: Session): void;
  /**
   * Once for each session that was started and not refused: at the close frame that arrives or leaves, or when the
   * connection is lost, before or after the 101. Messages may still follow if the close was ours.
   */
  onClosed(session: Session, code: number, reason: string): void;
  /** A client has exceeded a limit, for which it is refused, closed, or read later. */
  onLimit?(name: LimitName, limit: number, address: string): void;
}

/** The parts that the transport uses. */
export interface TransportPorts {
  readonly clock: Clock;
  readonly outbox: TurnOutbox;
  readonly listener: TransportListener;
  /** What clients of `parlor.v1` send goes through it; left out where no route speaks that. */
  readonly lines?: {
    /** `mayBeat`: counts control frames; false when there are too many. */
    watcher(plain: SocketWatcher, mayBeat: (socket: SessionSocket) => boolean): SocketWatcher;
  };
}

/** Bounds and choices of the transport; times in milliseconds. */
export interface TransportOptions extends ReceiveLimits {
  /** The largest message that is accepted, in bytes, unless its opening says otherwise; 1009 above. Default 1 MiB. */
  readonly maxPayload: number;
  /** For how long a decision about a handshake may take; 503 after it. Default 10 s. */
  readonly handshakeTimeout: number;
  /** For how long a peer may delay its part of a close. Default 10 s. */
  readonly closeTimeout: number;
  /** Null sends no pings. Default: a ping after 25 s of silence, a cut 20 s later. */
  readonly heartbeat: HeartbeatOptions | null;
  /** Whether compression is offered to clients. Default `false`. */
  readonly deflate: boolean;
  /** Handshakes that may wait for a decision; 503 above. Default 4,096. */
  readonly maxHandshakes: number;
  /** Frames of one message; 1008 above. Default 4,096. */
  readonly maxFragments: number;
}

/** The transport's own bounds. */
export const TRANSPORT_DEFAULTS: TransportOptions = {
  maxPayload: 1024 * 1024,
  handshakeTimeout: 10_000,
  closeTimeout: 10_000,
  heartbeat: { interval: 25_000, timeout: 20_000 },
  deflate: false,
  maxHandshakes: 4096,
  maxFragments: 4096,
  unfinishedBytes: 67_108_864,
  maxPings: 100,
};
