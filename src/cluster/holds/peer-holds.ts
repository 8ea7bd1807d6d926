// Cluster: holds without a server that keeps them: each node announces what it wants and has with its heartbeats.
import type { Clock } from "../../boundary/clock.ts";
import type { WantedHold } from "./hold-store.ts";
import { createHash } from "node:crypto";

/** What a node announces: each name with 1 if it has it, and 0 if it waits for it. */
export type AnnouncedHolds = Readonly<Record<string, number>>;

/** Of several nodes that wait, the names of node and hold decide; so do they if two nodes believe that they have it. */
export class PeerHolds {
  readonly #ports: PeerHoldsPorts;
  readonly #own = new Map<string, OwnHold>();
  #askedAt = -Infinity;

  constructor(ports: PeerHoldsPorts) {
    this.#ports = ports;
  }

  /** What this node announces; null for nothing. */
  get announced(): AnnouncedHolds | null {
    if (this.#own.size === 0) return null;
    // A node that was cut off has lost its lease, and with it all holds.
    const isOver = this.#ports.clock.ticks() - this.#askedAt > this.#ports.lease;
    if (isOver) for (const own of this.#own.values()) own.isHeld = false;
    return Object.fromEntries(Array.from(this.#own, ([name, { isHeld }]) => [name, isHeld ? 1 : 0]));
  }

  /** Returns those of these names that this node holds now. */
  hold(wanted: readonly WantedHold[]): string[] {
    const before = JSON.stringify(this.announced);
    this.#askedAt = this.#ports.clock.ticks();
    const held = wanted.filter((each) => this.#holds(each)).map(({ name }) => name);
    if (JSON.stringify(this.announced) !== before) this.#ports.announce();
    return held;
  }

  letGo(names: readonly string[]): void {
    for (const name of names) this.#own.delete(name);
    this.#ports.announce();
  }

  #holds({ name, mayTake }: WantedHold): boolean {
    const own = this.#own.get(name) ?? { since: this.#ports.clock.ticks(), isHeld: false };
    this.#own.set(name, own);
    own.isHeld = this.#mayHave(name, own, mayTake);
    return own.isHeld;
  }

  // One that has just asked first lets the others reply with what they have.
  #mayHave(name: string, own: OwnHold, mayTake: boolean): boolean {
    let [hasRival, isFirst] = [false, true];
    for (const { node, holds } of this.#ports.others()) {
      if (holds?.[name] === undefined) continue;
      const isBefore = scoreOf(name, node) > scoreOf(name, this.#ports.own);
      if (holds[name] === 1 && (!own.isHeld || isBefore)) hasRival = true;
      else if (isBefore) isFirst = false;
    }
    if (hasRival || own.isHeld) return !hasRival;
    return mayTake && isFirst && this.#ports.clock.ticks() - own.since >= this.#ports.lease * GATHER;
  }
}

function scoreOf(name: string, node: string): string {
  return createHash("sha1").update(`${name} ${node}`).digest("hex");
}

interface OwnHold {
  /** Since when this node wants it. */
  readonly since: number;
  isHeld: boolean;
}

export interface PeerHoldsPorts {
  readonly clock: Clock;
  /** The id of this node. */
  readonly own: string;
  /** How long a node is there without a heartbeat, ms. */
  readonly lease: number;
  /** The other nodes that are there, and what they have announced. */
  others(): Iterable<{ readonly node: string; readonly holds: AnnouncedHolds | null }>;
  /** What this node has and wants has changed. */
  announce(): void;
}

/** The part of a lease for which a new name waits for what other nodes announce. */
const GATHER = 1 / 6;
