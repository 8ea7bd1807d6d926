// Front: the sessions for which frames wait: whether their clients make progress, and how much waits in all.
import type { Clock, Timer } from "../../boundary/clock.ts";
import type { Session } from "../directory/session.ts";
import type { FrameBatch } from "./frame-batch.ts";
import type { SessionQueue } from "./session-queue.ts";

/** Checks are counted in place of time, so that a pause of the whole process is not taken for a slow client. */
export class SlowWatch {
  /** Notified of how much waits for a session of a route that asks for it; set by the owner of the outbox. */
  onUnsent: (session: Session, bytes: number) => void = () => undefined;
  readonly #clock: Clock;
  readonly #period: number;
  readonly #stalledAt: number;
  readonly #onStalled: (queue: SessionQueue) => void;
  readonly #watched = new Map<SessionQueue, Watched>();
  #held = 0;
  #timer: Timer | null = null;

  /** `timeout`: for how long a client may take nothing, ms. */
  constructor(clock: Clock, timeout: number, onStalled: (queue: SessionQueue) => void) {
    this.#clock = clock;
    this.#period = Math.min(LONGEST_PERIOD, timeout / LEAST_CHECKS);
    this.#stalledAt = Math.ceil(timeout / this.#period);
    this.#onStalled = onStalled;
  }

  /** Bytes that wait for all sessions; those that several sessions share count once. */
  get heldBytes(): number {
    return this.#held;
  }

  /** The number of sessions for which frames wait. */
  get size(): number {
    return this.#watched.size;
  }

  hold(batch: FrameBatch): void {
    batch.holders += 1;
    if (batch.holders > 1) return;
    this.#held += batch.bytes;
    if (!batch.isReady) batch.whenReady(this.#settle);
  }

  release(batch: FrameBatch): void {
    batch.holders -= 1;
    if (batch.holders === 0) this.#held -= batch.bytes;
  }

  /** Frames wait for the session. */
  add(queue: SessionQueue): void {
    if (!this.#watched.has(queue))
      this.#watched.set(queue, { checks: 0, delivered: queue.flow.delivered, pending: 0, reported: 0 });
    this.#plan();
    this.report(queue);
  }

  /** Nothing waits for the session now. */
  remove(queue: SessionQueue): void {
    const watched = this.#watched.get(queue);
    this.#watched.delete(queue);
    if (watched !== undefined && watched.reported > 0) this.onUnsent(queue.session, 0);
  }

  /** Much was sent and taken at once. A script that stopped because it had sent so much waits to be notified. */
  taken(queue: SessionQueue, bytes: number): void {
    if (bytes >= LEAST_REPORTED && queue.session.route.traffic?.wantsUnsent === true)
      this.onUnsent(queue.session, 0);
  }

  /** Notifies the session's script when much more waits than it knows of, or much less. */
  report(queue: SessionQueue): void {
    if (queue.session.route.traffic?.wantsUnsent !== true) return;
    const watched = this.#watched.get(queue);
    const bytes = queue.unsentBytes;
    if (watched === undefined || !isNews(watched.reported, bytes)) return;
    watched.reported = bytes;
    this.onUnsent(queue.session, bytes);
  }

  /** Those that have made no progress for the longest time come first, and among them those with most unsent bytes. */
  slowestFirst(): SessionQueue[] {
    const all = Array.from(this.#watched, ([queue, { checks }]) => ({
      queue,
      checks,
      bytes: queue.unsentBytes,
    }));
    return all.sort((a, b) => b.checks - a.checks || b.bytes - a.bytes).map(({ queue }) => queue);
  }

  readonly #settle = ({ holders }: FrameBatch, change: number): void => {
    if (holders > 0) this.#held += change;
  };

  readonly #checkAll = (): void => {
    this.#timer = null;
    for (const [queue, watched] of this.#watched) this.#check(queue, watched);
    if (this.#watched.size > 0) this.#plan();
  };

  #plan(): void {
    if (this.#timer === null) this.#timer = this.#clock.after(this.#period, this.#checkAll);
  }

  // A session that is connecting waits for its script, not for its client. One that is away has a time of its own.
  #check(queue: SessionQueue, watched: Watched): void {
    const { delivered } = queue.flow;
    const pending = queue.link?.pendingBytes ?? -1;
    const isStill =
      queue.link !== null && !queue.isAway && delivered === watched.delivered && pending === watched.pending;
    watched.checks = isStill ? watched.checks + 1 : 0;
    watched.delivered = delivered;
    watched.pending = pending;
    if (watched.checks >= this.#stalledAt) this.#onStalled(queue);
    else this.report(queue);
  }
}

interface Watched {
  /** Checks since the client has taken anything. */
  checks: number;
  /** What was known at the last check. */
  delivered: number;
  pending: number;
  /** The unsent bytes that the script knows of. */
  reported: number;
}

/** How often sessions are looked at, ms. */
const LONGEST_PERIOD = 250;
/** How many checks fall into the time-out. */
const LEAST_CHECKS = 8;
/** Unsent bytes below which a script is not notified. */
const LEAST_REPORTED = 16_384;

function isNews(reported: number, bytes: number): boolean {
  if (reported === 0) return bytes >= LEAST_REPORTED;
  return bytes >= 2 * reported || bytes <= reported / 2;
}
