// Front: the messages of one session on their way to its script: how many wait, and what has become of the others.
import type { SeenPlace } from "../../boundary/rooms/seen-place.ts";
import { FlowCounts, type InboundDrop } from "./flow-counts.ts";

/** A message waits from the moment it comes until its handler has returned, or has returned a promise. */
export class InboundShare {
  readonly flow = new FlowCounts<InboundDrop>();
  waiting = 0;
  /** Bytes of the messages that wait. */
  bytes = 0;
  /** Whether its socket is not read because of what waits. */
  isPaused = false;
  /** Whether the session has ended: its messages are no longer counted. */
  isEnded = false;
  /** Called when the last message that waits has begun. */
  onBegun: (() => void) | null = null;
  /** When its host last hung on an event of it, in monotonic time, ms. */
  hungAt = -Infinity;
  /** Counts the frames of a client that speaks `parlor.v1`; null for all others. */
  line: SessionLine | null = null;
  readonly #route: FlowCounts<InboundDrop> | null;

  /** `route`: the counts of its route. */
  constructor(route: FlowCounts<InboundDrop> | null) {
    this.#route = route;
  }

  /** A message has come. */
  offer(bytes: number): void {
    this.flow.offer(1, bytes);
    this.#route?.offer(1, bytes);
  }

  hold(bytes: number): void {
    this.waiting += 1;
    this.bytes += bytes;
  }

  release(bytes: number): void {
    this.waiting -= 1;
    this.bytes -= bytes;
    if (this.waiting > 0 || this.onBegun === null) return;
    const onBegun = this.onBegun;
    this.onBegun = null;
    onBegun();
  }

  deliver(): void {
    this.flow.deliver(1, 0);
    this.#route?.deliver(1, 0);
  }

  drop(reason: InboundDrop, messages = 1): void {
    this.flow.drop(messages, reason);
    this.#route?.drop(messages, reason);
  }

  /** The session has ended: no script gets what is left. */
  end(): void {
    this.isEnded = true;
    if (this.flow.queued > 0) this.drop("closed", this.flow.queued);
    this.line?.end();
  }
}

/** What a session of `parlor.v1` has beyond its connections. */
export interface SessionLine {
  /** What its client has seen last in rooms that keep their messages, by room; null for nothing. */
  readonly seen: Map<string, SeenPlace> | null;
  /** Whether it has lost its connection and waits for its client. */
  readonly isAway: boolean;
  /** The session has ended. */
  end(): void;
  /** One of the client's requests is over. */
  answered(): void;
}

/** What of one session, or one connection to another server, may wait: by default 1,000 messages and 1 MiB. */
export interface ShareLimits {
  readonly events: number;
  readonly bytes: number;
}

/** The part of one in what may wait for its host. */
export function shareLimits(waitingEvents: number, waitingBytes: number): ShareLimits {
  return { events: Math.ceil(waitingEvents / EVENT_SHARES), bytes: waitingBytes / BYTE_SHARES };
}

export function exceedsShare({ waiting, bytes }: InboundShare, most: ShareLimits): boolean {
  return waiting > most.events || bytes > most.bytes;
}

/** Whether so little waits that it is read again. */
export function isRelieved({ waiting, bytes }: InboundShare, most: ShareLimits): boolean {
  return waiting <= most.events / 2 && bytes <= most.bytes / 2;
}

const EVENT_SHARES = 10;
const BYTE_SHARES = 16;
