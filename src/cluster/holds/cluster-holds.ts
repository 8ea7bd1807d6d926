// Cluster: which of the outbound connections that a cluster has once are on this node.
import { createHash } from "node:crypto";
import { longestGap } from "./longest-gap.ts";
import type { Clock, Timer } from "../../boundary/clock.ts";
import type {
  ConnectionHold,
  ConnectionHolder,
  ConnectionHolds,
} from "../../front/clients/connection-holds.ts";
import type { HoldStore } from "./hold-store.ts";

/**
 * A hold ends with the node's lease, by this process's own clock: it counts from before the heartbeat was sent, so it is
 * over here before another node can have it. Made before the node joins: until then all connections wait.
 */
export class ClusterHolds implements ConnectionHolds {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  /** To be given back to the store. */
  readonly #released = new Set<string>();
  #terms: HoldTerms | null = null;
  readonly #look = { isUnderWay: false, isDue: false };
  #timers: { end: Timer | null; look: Timer | null } = { end: null, look: null };
  /** When the last heartbeat that renewed the lease was sent; null before the first. */
  #renewedAt: number | null = null;
  /** Until then what no node has is not taken: the node that had it may be back before. */
  #takesFrom = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ask(name: string, holder: ConnectionHolder): ConnectionHold {
    const key = this.#freeKey(name);
    const entry: Entry = { holder, isHeld: false };
    this.#entries.set(key, entry);
    this.#lookAfter(0);
    return { release: () => this.#release(key, entry) };
  }

  /** The node joins. */
  joined(terms: HoldTerms): void {
    this.#terms = terms;
  }

  /** A heartbeat has renewed the lease. `isOtherBoot`: the store has come back without what was in it. */
  onBeat(sentAt: number, isOtherBoot: boolean): void {
    if (this.#terms === null) return;
    const { lease } = this.#terms;
    const away = sentAt - (this.#renewedAt ?? sentAt);
    if (away > lease) this.#loseAll();
    if (isOtherBoot || away > longestGap(this.#terms)) this.#takesFrom = sentAt + lease;
    this.#renewedAt = sentAt;
    this.#timers.end?.cancel();
    if (this.#entries.size === 0 && this.#released.size === 0) return;
    this.#timers.end = this.#clock.after(sentAt + lease - this.#clock.ticks(), () => this.#loseAll());
    this.#lookNow();
  }

  /** The node leaves. */
  stop(): void {
    this.#terms = null;
    this.#timers.end?.cancel();
    this.#timers.look?.cancel();
    this.#loseAll();
  }

  // Scripts may ask for several connections to one address.
  #freeKey(name: string): string {
    for (let at = 1; ; at += 1) {
      const key = createHash("sha1").update(`${name} ${at}`).digest("base64url");
      if (!this.#entries.has(key)) return key;
    }
  }

  #release(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#released.add(key);
    this.#lookAfter(0);
  }

  #loseAll(): void {
    for (const [key, entry] of [...this.#entries]) if (entry.isHeld) this.#lose(key, entry, ISOLATED);
  }

  #lose(key: string, entry: Entry, why: string): void {
    this.#release(key, entry);
    entry.holder.onLost(why);
  }

  // A store without a server needs some time to hear the others: hence a second look.
  #lookAfter(ms: number): void {
    this.#timers.look?.cancel();
    this.#timers.look = this.#clock.after(ms, () => {
      this.#timers.look = null;
      if (ms === 0 && this.#terms !== null) this.#lookAfter(this.#terms.lease * SECOND_LOOK);
      this.#lookNow();
    });
  }

  #lookNow(): void {
    this.#look.isDue = true;
    if (!this.#look.isUnderWay) void this.#lookWhileDue();
  }

  async #lookWhileDue(): Promise<void> {
    this.#look.isUnderWay = true;
    try {
      while (this.#look.isDue && this.#isLeased) {
        this.#look.isDue = false;
        await this.#lookOnce(this.#terms!.store);
      }
    } catch {
      // Without a connection the next heartbeat looks again, or the lease ends.
    } finally {
      this.#look.isUnderWay = false;
    }
  }

  async #lookOnce(store: HoldStore): Promise<void> {
    await this.#giveBack(store);
    const asked = [...this.#entries];
    const mayTake = this.#clock.ticks() >= this.#takesFrom;
    if (asked.length === 0) return;
    const wanted = asked.map(([name, { isHeld }]) => ({ name, mayTake: mayTake || isHeld }));
    const held = new Set(await store.hold(wanted));
    for (const [key, entry] of asked) if (this.#entries.get(key) === entry) this.#apply(key, entry, held);
  }

  // More may be released meanwhile.
  async #giveBack(store: HoldStore): Promise<void> {
    const released = [...this.#released];
    const free = released.filter((key) => !this.#entries.has(key));
    if (free.length > 0) await store.letGo(free);
    for (const key of released) this.#released.delete(key);
  }

  #apply(key: string, entry: Entry, held: ReadonlySet<string>): void {
    if (entry.isHeld && !held.has(key)) return this.#lose(key, entry, TAKEN);
    if (entry.isHeld || !held.has(key) || !this.#isLeased) return;
    entry.isHeld = true;
    entry.holder.onHeld();
  }

  get #isLeased(): boolean {
    if (this.#terms === null || this.#renewedAt === null) return false;
    return this.#clock.ticks() - this.#renewedAt < this.#terms.lease;
  }
}

/** By what this node holds. */
export interface HoldTerms {
  readonly store: HoldStore;
  /** How often the lease is renewed, and how long it lasts, ms. */
  readonly heartbeat: number;
  readonly lease: number;
}

interface Entry {
  readonly holder: ConnectionHolder;
  isHeld: boolean;
}

const ISOLATED = "this node has lost the cluster, so another node may open the connection";
const TAKEN = "another node of the cluster has the connection";

/** After this part of a lease names that were asked for are looked at again. */
const SECOND_LOOK = 0.2;
