// Cluster: the parts of the other nodes, followed by their announcements; a gap is closed by loading the part.
import type { PeerSessions } from "../../front/directory/peer-sessions.ts";
import { longestGap } from "../holds/longest-gap.ts";
import type { NodeCalls } from "../calls/node-calls.ts";
import type { ClusterListener, ClusterTime } from "../backplane/cluster-listener.ts";
import type { NodeLosses } from "../messages/node-losses.ts";
import type { Receiver } from "../messages/receiver.ts";
import { RETURN_WITHIN, type Sender } from "../messages/sender.ts";
import { unpackSession, type PartOp } from "../backplane/part-record.ts";
import {
  CLUSTER_VERSION,
  LEFT,
  type Beat,
  type NodeEntry,
  type PartDelta,
  type PartStore,
} from "../backplane/part-store.ts";

export class PeerParts {
  readonly #ports: PeerPartsPorts;
  readonly #parts = new Map<string, Part>();
  /** Nodes that were dropped and may come back, and since when. */
  readonly #lapsed = new Map<string, number>();
  /** Nodes whose last part had entries that were refused. */
  readonly #flawed = new Set<string>();
  /** Until then no part is dropped: the store has come back empty, or this node has been away itself. */
  #dropsFrom = 0;
  #lastBeat: number | null = null;
  #noteKnown: () => void = () => undefined;
  /** Resolves when the parts of the nodes that the first heartbeat named have been loaded. */
  readonly known = new Promise<void>((resolve) => (this.#noteKnown = resolve));

  constructor(ports: PeerPartsPorts) {
    this.#ports = ports;
  }

  /** How many nodes there are beside this one. */
  get size(): number {
    return this.#parts.size;
  }

  /** The other nodes, each with how long ago it gave a sign of life, ms. */
  get nodes(): PeerNode[] {
    const now = this.#ports.time.clock.ticks();
    return Array.from(this.#parts, ([node, { heardAt }]) => ({ node, silence: now - heardAt }));
  }

  /** A node has announced steps of its part. */
  onDelta(delta: PartDelta): void {
    if (delta.node === this.#ports.own) return;
    if (delta.version !== CLUSTER_VERSION) return this.#ports.listener.onVersion(delta.node, delta.version);
    const part = this.#parts.get(delta.node);
    if (delta.sequence === LEFT) return part?.epoch === delta.epoch ? this.#left(delta.node) : undefined;
    if (part?.loading !== undefined && part.loading !== null) part.loading.push(delta);
    else if (part === undefined || !this.#follow(part, delta)) this.#load(delta.node);
  }

  /** The store has said which nodes have a lease. `isOtherBoot`: it has come back without what was in it. */
  onBeat({ nodes }: Pick<Beat, "nodes">, isOtherBoot: boolean): void {
    this.#noteBeat(isOtherBoot);
    const named = new Set<string>();
    for (const entry of nodes) {
      named.add(entry.node);
      if (entry.node !== this.#ports.own) this.#compare(entry);
    }
    this.#lookIfKnown();
    if (this.#isHeld) return;
    for (const node of [...this.#parts.keys()]) if (!named.has(node)) this.#lapse(node);
    this.#forgetLapsed();
  }

  /** Announcements may have been missed: all parts are loaded again. */
  reload(): void {
    for (const node of this.#parts.keys()) this.#load(node);
  }

  /** This node cannot be sure of what it knows: until the others had time to come back too, it drops no session. */
  hold(): void {
    this.#dropsFrom = this.#ports.time.clock.ticks() + 2 * this.#ports.time.lease;
  }

  get #isHeld(): boolean {
    return this.#ports.time.clock.ticks() < this.#dropsFrom;
  }

  // After a pause of this process, or of the server, the leases of others may only seem to be over.
  #noteBeat(isOtherBoot: boolean): void {
    const now = this.#ports.time.clock.ticks();
    const wasAway = this.#lastBeat !== null && now - this.#lastBeat > longestGap(this.#ports.time);
    if (isOtherBoot || wasAway) this.hold();
    this.#lastBeat = now;
  }

  // The last announcements before a pause can be lost without a gap: then the lease shows a higher number, twice.
  #compare({ node, epoch, sequence, version, silence }: NodeEntry): void {
    if (version !== CLUSTER_VERSION) return this.#ports.listener.onVersion(node, version);
    const part = this.#parts.get(node);
    if (part !== undefined) part.heardAt = this.#ports.time.clock.ticks() - silence;
    if (part?.loading !== undefined && part.loading !== null) return;
    if (part === undefined || part.epoch !== epoch) return this.#load(node);
    const wasBehind = part.isBehind;
    part.isBehind = sequence > part.sequence;
    if (wasBehind && part.isBehind) this.#load(node);
  }

  // Returns false if something is missing.
  #follow(part: Part, { node, epoch, sequence, ops }: PartDelta): boolean {
    if (part.epoch !== epoch) return false;
    if (sequence <= part.sequence) return true;
    if (ops === null || sequence !== part.sequence + 1) return false;
    if (!ops.every((op) => this.#mayStep(node, op))) {
      this.#ports.losses.refuse(node);
      return false;
    }
    part.sequence = sequence;
    part.isBehind = false;
    part.heardAt = this.#ports.time.clock.ticks();
    for (const op of ops) this.#apply(node, op);
    return true;
  }

  // Its node has written what the announcement before it says: that is not needed any more.
  #load(node: string): void {
    const part = this.#parts.get(node) ?? this.#newPart();
    part.loading = [];
    this.#parts.set(node, part);
    this.#ports.store.load(node).then(
      (image) => this.#loaded(node, part, image),
      () => this.#again(node, part),
    );
  }

  #newPart(): Part {
    return {
      epoch: "",
      sequence: 0,
      isBehind: false,
      loading: null,
      heardAt: this.#ports.time.clock.ticks(),
    };
  }

  #loaded(node: string, part: Part, image: Awaited<ReturnType<PartStore["load"]>>): void {
    if (this.#parts.get(node) !== part) return;
    const deltas = part.loading ?? [];
    part.loading = null;
    // A store that was emptied knows the node when that has registered again: the leases decide whether it is gone.
    if (image === null) return this.#again(node, part);
    const records = image.records.filter(
      (entry) => "count" in entry || this.#ports.sessions.mayBeOf(node, entry.id),
    );
    if (this.#isFirstFlaw(node, image.refused + image.records.length - records.length))
      return this.#again(node, part);
    const isNew = part.epoch === "";
    this.#lapsed.delete(node);
    if (!isNew && part.epoch !== image.epoch)
      this.#ports.messages.sender.onRejoin(2 * this.#ports.time.lease);
    Object.assign(part, { epoch: image.epoch, sequence: image.sequence, isBehind: false });
    this.#ports.sessions.replaceNode(node, records);
    if (isNew) this.#ports.messages.sender.onLapse(node, true);
    if (isNew) this.#note(node, "joined");
    for (const delta of deltas) this.onDelta(delta);
    this.#lookIfKnown();
  }

  // It may have been damaged on its way. If it comes like that again, the other entries count.
  #isFirstFlaw(node: string, refused: number): boolean {
    if (refused === 0) this.#flawed.delete(node);
    if (refused === 0) return false;
    this.#ports.losses.refuse(node);
    if (this.#flawed.delete(node)) return false;
    this.#flawed.add(node);
    return true;
  }

  // Ids are never used again: a session that another node has is not the node's.
  #mayStep(node: string, op: PartOp): boolean {
    return op[0] === "c" || this.#ports.sessions.mayBeOf(node, op[1]);
  }

  #lookIfKnown(): void {
    if (this.#lastBeat !== null && [...this.#parts.values()].every(({ loading }) => loading === null))
      this.#noteKnown();
  }

  // The next beat, or the next announcement, loads it.
  #again(node: string, part: Part): void {
    if (this.#parts.get(node) !== part) return;
    part.loading = null;
    if (part.epoch !== "") part.sequence = -1;
    else {
      this.#parts.delete(node);
      this.#ports.messages.calls.gone(node);
    }
    this.#lookIfKnown();
  }

  // It has said so: its name is never used again.
  #left(node: string): void {
    this.#drop(node);
    this.#ports.messages.receiver.forgetNode(node);
  }

  // Its lease has ended: it may be cut off, and come back with the same numbers.
  #lapse(node: string): void {
    this.#ports.messages.sender.onLapse(node);
    this.#drop(node);
    this.#lapsed.set(node, this.#ports.time.clock.ticks());
  }

  #drop(node: string): void {
    this.#parts.delete(node);
    this.#ports.sessions.removeNode(node);
    this.#ports.messages.calls.gone(node);
    this.#flawed.delete(node);
    this.#note(node, "left");
  }

  #forgetLapsed(): void {
    const from = this.#ports.time.clock.ticks() - RETURN_WITHIN;
    for (const [node, since] of this.#lapsed) {
      if (since > from) continue;
      this.#lapsed.delete(node);
      this.#ports.messages.sender.onLapse(node, true);
      this.#ports.messages.receiver.forgetNode(node);
    }
  }

  #note(node: string, what: "joined" | "left"): void {
    this.#ports.listener.onNode(node, what);
    this.#ports.listener.onChange();
  }

  #apply(node: string, op: PartOp): void {
    const { sessions } = this.#ports;
    if (op[0] === "+") {
      const [, ...packed] = op;
      sessions.add(node, unpackSession(packed));
    } else if (op[0] === "s") sessions.setState(op[1], op[2], op[3] === 1);
    else if (op[0] === "j") sessions.join(op[1], op[2], op[3]);
    else if (op[0] === "l") sessions.leave(op[1], op[2]);
    else if (op[0] === "c") sessions.counts.set(node, op[1], op[2]);
    else sessions.remove(op[1]);
  }
}

/** Another node of the cluster. */
export interface PeerNode {
  readonly node: string;
  /** How long ago it gave its last sign of life, ms. */
  readonly silence: number;
}

interface Part {
  epoch: string;
  sequence: number;
  /** Whether the last beat showed a higher number than the announcements did. */
  isBehind: boolean;
  /** Announcements that wait until the part has been loaded. */
  loading: PartDelta[] | null;
  /** When it last gave a sign of life. */
  heardAt: number;
}

export interface PeerPartsPorts {
  /** The id of this node. */
  readonly own: string;
  readonly sessions: PeerSessions;
  readonly store: Pick<PartStore, "load">;
  readonly time: Omit<ClusterTime, "loop">;
  readonly messages: {
    readonly receiver: Pick<Receiver, "forgetNode">;
    readonly sender: Pick<Sender, "onLapse" | "onRejoin">;
    readonly calls: Pick<NodeCalls, "gone">;
  };
  readonly losses: Pick<NodeLosses, "refuse">;
  readonly listener: Omit<ClusterListener, "onMalformed">;
}
