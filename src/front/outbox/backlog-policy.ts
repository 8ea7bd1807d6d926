// Front: which messages wait for a client that reads slowly or is away, and which are dropped.
import type { SlowPolicy } from "../../boundary/flow/slow-policy.ts";
import type { OutboundDrop } from "../flow/flow-counts.ts";
import type { OutboundFlow } from "../flow/outbound-flow.ts";
import type { Backlog } from "./backlog.ts";
import type { FrameBatch } from "./frame-batch.ts";
import type { OutboxOptions } from "./outbox-options.ts";
import { AWAY_LINK, type SessionQueue } from "./session-queue.ts";
import type { SlowWatch } from "./slow-watch.ts";

/** Keeps backlogs within their bounds, as the server, the route and each message ask for. Writes nothing. */
export class BacklogPolicy {
  readonly #flow: OutboundFlow;
  readonly #watch: SlowWatch;
  readonly #options: OutboxOptions;
  readonly #onCut: (queue: SessionQueue) => void;

  constructor({ flow, watch, options, onCut }: BacklogPolicyParts) {
    this.#flow = flow;
    this.#watch = watch;
    this.#options = options;
    this.#onCut = onCut;
  }

  /** The policy of the session's route. */
  of(queue: SessionQueue): SlowPolicy {
    return queue.session.route.traffic?.slow ?? this.#options.slow;
  }

  /** Frames wait for a client that reads slowly, within `unsentLimit`. */
  admit(queue: SessionQueue, part: FrameBatch): void {
    const backlog = queue.backlog as Backlog;
    const key = this.#supersede(queue, part);
    if (this.#isOver(backlog)) {
      const chosen = part.options?.slow ?? this.of(queue);
      if (chosen === "drop-newest") return this.#flow.drop(queue, part, "slow");
      if (chosen === "close") {
        this.#flow.drop(queue, part, "slow");
        return this.#onCut(queue);
      }
      while (this.#isOver(backlog)) this.#drop(queue, backlog.shift() as FrameBatch, "slow");
    }
    backlog.push(part, key);
    this.#watch.hold(part);
  }

  /** Frames wait for the return of the client, within the bound of what is kept for it. */
  admitAway(queue: SessionQueue, part: FrameBatch): void {
    if (queue.kept?.isOverflown === true) return this.#flow.drop(queue, part, "slow");
    queue.backlog?.push(part, this.#supersede(queue, part));
    this.#watch.hold(part);
    this.boundAway(queue);
  }

  /** The client is away: drops waiting frames over the bound. Those have no number, and the client does not miss them. */
  boundAway(queue: SessionQueue): void {
    const { kept, backlog } = queue;
    if (kept === null || backlog === null) return;
    const policy = this.of(queue);
    while (backlog.first !== null) {
      const chosen = backlog.first.options?.slow ?? policy;
      if (chosen === "close") break;
      if (kept.bound(backlog, WRITTEN_SHARE)) return;
      const dropped = chosen === "drop-newest" ? backlog.pop() : backlog.shift();
      this.#drop(queue, dropped as FrameBatch, "slow");
    }
    if (!kept.bound(backlog, 0)) this.overflow(queue, "slow");
  }

  /** More was sent than can be kept: the client cannot return, and all that waits is dropped. */
  overflow(queue: SessionQueue, reason: OutboundDrop): void {
    queue.kept?.overflow();
    this.abandon(queue, reason);
  }

  /** Drops all that waits for the session. */
  abandon(queue: SessionQueue, reason: OutboundDrop): void {
    const { backlog } = queue;
    for (let batch = backlog?.shift() ?? null; batch !== null; batch = backlog?.shift() ?? null)
      this.#drop(queue, batch, reason);
    if (queue.link === AWAY_LINK)
      for (const batch of backlog?.sent.splice(0) ?? []) this.#drop(queue, batch, reason);
    if (backlog?.isIdle === true) this.#watch.remove(queue);
  }

  /** A message takes the place of the one that waits with its key. Returns the key; null for none. */
  #supersede(queue: SessionQueue, part: FrameBatch): string | null {
    const key = part.options?.key ?? (this.of(queue) === "latest" ? NO_KEY : null);
    const superseded = key === null ? null : (queue.backlog?.takeKey(key) ?? null);
    if (superseded !== null) this.#drop(queue, superseded, "superseded");
    return key;
  }

  #isOver(backlog: Backlog): boolean {
    const excess = backlog.weight - this.#options.unsentLimit;
    return excess > 0 && (excess > KERNEL_ROOM || backlog.first?.isReady !== false);
  }

  #drop(queue: SessionQueue, batch: FrameBatch, reason: OutboundDrop): void {
    this.#watch.release(batch);
    this.#flow.drop(queue, batch, reason);
  }
}

export interface BacklogPolicyParts {
  readonly flow: OutboundFlow;
  readonly watch: SlowWatch;
  readonly options: OutboxOptions;
  /** More waits than is allowed, and the policy is `close`. */
  readonly onCut: (queue: SessionQueue) => void;
}

/** Bytes allowed beyond the bound behind a frame that is being compressed: without it, the kernel would have taken them. */
const KERNEL_ROOM = 2 * 1_048_576;
/**
 * The part of the bound that frames keep that were written and not acknowledged. The client most likely has the oldest of
 * them, and lacks all that waits.
 */
const WRITTEN_SHARE = 1 / 2;
/** The key of messages without a key, where only the newest waits. No script can use it. */
const NO_KEY = "";
