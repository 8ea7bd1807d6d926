// Cluster: a part store without a server that keeps anything: each node sends its own part to those that ask for it.
import { createHash } from "node:crypto";
import type { Clock, Timer } from "../../boundary/clock.ts";
import { DIRECTORY_CHANNEL } from "./backplane.ts";
import { isRecord } from "../../boundary/checks.ts";
import type { HoldStore, WantedHold } from "../holds/hold-store.ts";
import { PeerHolds, type AnnouncedHolds } from "../holds/peer-holds.ts";
import type { JobStore } from "./job-store.ts";
import type { NodeIdentity } from "./node-identity.ts";
import type { PartEntry } from "./part-record.ts";
import { addEntries, partReplies, type PartReply } from "./part-replies.ts";
import {
  CLUSTER_VERSION,
  LEFT,
  type Beat,
  type NodeEntry,
  type PartChange,
  type PartImage,
  type PartStore,
} from "./part-store.ts";

/** The channels that it uses beside the directory's: heartbeats, and the requests and replies that one node gets. */
export const HEARTBEAT_CHANNEL = "h:";
export const requestChannel = (node: string): string => `s:${node}`;

/** A node is there as long as its heartbeat was heard within the lease, by this process's monotonic clock. */
export class PeerStore implements PartStore, JobStore, HoldStore {
  readonly #ports: PeerStorePorts;
  readonly #holds: PeerHolds;
  readonly #records = new Map<string, PartEntry>();
  readonly #heard = new Map<string, Heard>();
  readonly #loads = new Map<number, PendingLoad>();
  #epoch = "";
  #sequence = 0;
  #requests = 0;

  constructor(ports: PeerStorePorts) {
    this.#ports = ports;
    const { clock, identity, lease } = ports;
    this.#holds = new PeerHolds({
      ...{ clock, own: identity.id, lease },
      others: () => this.#live,
      announce: () => this.#publish(HEARTBEAT_CHANNEL, this.#heartbeat()),
    });
  }

  async register(epoch: string, records: readonly PartEntry[]): Promise<void> {
    this.#epoch = epoch;
    this.#sequence = 0;
    this.#records.clear();
    for (const record of records) this.#records.set(record.id, record);
    this.#publish(DIRECTORY_CHANNEL, packed([CLUSTER_VERSION, this.#own, epoch, 0, null]));
    this.#publish(HEARTBEAT_CHANNEL, this.#heartbeat());
    await Promise.resolve();
  }

  async commit({ ops, touched }: PartChange): Promise<number> {
    for (const [id, record] of touched) {
      if (record === null) this.#records.delete(id);
      else this.#records.set(id, record);
    }
    this.#sequence += 1;
    const head = [CLUSTER_VERSION, this.#own, this.#epoch, this.#sequence];
    const delta = packed([...head, ops]);
    // Without the steps, the other nodes load the part.
    const isLong = delta.length > this.#ports.frameLimit();
    this.#publish(DIRECTORY_CHANNEL, isLong ? packed([...head, null]) : delta);
    await Promise.resolve();
    return this.#sequence;
  }

  async beat(): Promise<Beat> {
    if (this.#epoch !== "") this.#publish(HEARTBEAT_CHANNEL, this.#heartbeat());
    const from = this.#ports.clock.ticks() - this.#ports.lease;
    // A server that stands still delivers no heartbeats: then no node is gone for that.
    await this.#ports.confirm();
    const nodes: NodeEntry[] = [];
    for (const [node, { entry, at }] of this.#heard) {
      if (at >= from) nodes.push({ ...entry, silence: this.#ports.clock.ticks() - at });
      else this.#heard.delete(node);
    }
    return { isLost: false, boot: "", nodes };
  }

  async load(node: string): Promise<PartImage | null> {
    const request = (this.#requests += 1);
    this.#publish(requestChannel(node), packed(["load", request, this.#own]));
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#loads.delete(request);
        reject(new Error(`node ${node} has not sent its part of the directory`));
      };
      const timer = this.#ports.clock.after(this.#ports.lease, giveUp);
      this.#loads.set(request, { timer, records: [], giveUp, resolve });
    });
  }

  async leave(): Promise<void> {
    this.#publish(HEARTBEAT_CHANNEL, packed([CLUSTER_VERSION, this.#own, this.#epoch, LEFT]));
    this.#publish(DIRECTORY_CHANNEL, packed([CLUSTER_VERSION, this.#own, this.#epoch, LEFT, null]));
    await Promise.resolve();
  }

  /** A node has ended without leaving. Returns the announcement that it could not make; null if the node is not known. */
  ended(node: string): Uint8Array | null {
    const heard = this.#heard.get(node);
    if (heard === undefined) return null;
    this.#heard.delete(node);
    return packed([CLUSTER_VERSION, node, heard.entry.epoch, LEFT, null]);
  }

  /** The nodes that hear of each other agree without a vote: the run belongs to one of them, by the names of job and node. */
  async claim(job: string): Promise<"mine" | "other"> {
    await this.#ports.confirm();
    const scoreOf = (node: string): string => createHash("sha1").update(`${job} ${node}`).digest("hex");
    const own = scoreOf(this.#own);
    return this.#live.some(({ node }) => scoreOf(node) > own) ? "other" : "mine";
  }

  async hold(wanted: readonly WantedHold[]): Promise<readonly string[]> {
    await this.#ports.confirm();
    return this.#holds.hold(wanted);
  }

  async letGo(names: readonly string[]): Promise<void> {
    this.#holds.letGo(names);
    await Promise.resolve();
  }

  async release(): Promise<void> {
    await Promise.resolve();
  }

  /** Nothing is kept that could be deleted. */
  async evictionPolicy(): Promise<null> {
    return Promise.resolve(null);
  }

  /** A frame has arrived on one of its own channels. */
  onFrame(channel: string, frame: Uint8Array): void {
    const message = parsed(frame);
    if (channel === HEARTBEAT_CHANNEL) this.#onHeartbeat(message);
    else if (message[0] === "load") this.#onLoad(message);
    else if (message[0] === "part") this.#onPart(message as unknown as PartReply);
  }

  get #own(): string {
    return this.#ports.identity.id;
  }

  /** The other nodes that are there. */
  get #live(): (Heard & { readonly node: string })[] {
    const from = this.#ports.clock.ticks() - this.#ports.lease;
    return Array.from(this.#heard, ([node, heard]) => ({ node, ...heard })).filter(({ at }) => at >= from);
  }

  #onHeartbeat([version, node, epoch, sequence, holds]: readonly unknown[]): void {
    if (typeof node !== "string" || typeof epoch !== "string" || node === this.#own) return;
    if (sequence === LEFT) return void this.#heard.delete(node);
    const isNew = this.#heard.get(node)?.entry.epoch !== epoch;
    const entry = { node, epoch, sequence: Number(sequence), version: Number(version), silence: 0 };
    const announced = isRecord(holds) ? (holds as AnnouncedHolds) : null;
    this.#heard.set(node, { entry, holds: announced, at: this.#ports.clock.ticks() });
    if (isNew) this.#introduce();
  }

  // The other node learns of this one before the next heartbeat.
  #introduce(): void {
    this.#ports.onPeers();
    if (this.#epoch !== "") this.#ports.publish(HEARTBEAT_CHANNEL, this.#heartbeat());
  }

  #heartbeat(): Uint8Array {
    const { announced } = this.#holds;
    const heartbeat = [CLUSTER_VERSION, this.#own, this.#epoch, this.#sequence];
    return packed(announced === null ? heartbeat : [...heartbeat, announced]);
  }

  #onLoad([, request, to]: readonly unknown[]): void {
    if (typeof request === "number" && typeof to === "string")
      void this.#sendPart(request, to).catch(ignored);
  }

  // If the connection is lost meanwhile, the other node asks again.
  async #sendPart(request: number, to: string): Promise<void> {
    const limit = this.#ports.frameLimit();
    const head = { request, epoch: this.#epoch, sequence: this.#sequence, limit };
    for (const reply of partReplies(head, [...this.#records.values()])) {
      if (this.#ports.publish(requestChannel(to), reply)) continue;
      // A large part is more than may be on its way at a time.
      await this.#ports.confirm();
      if (!this.#ports.publish(requestChannel(to), reply)) return;
    }
  }

  #onPart([, request, epoch, sequence, isLast, records]: PartReply): void {
    const load = this.#loads.get(request);
    if (load === undefined) return;
    addEntries(records, load.records);
    load.timer.cancel();
    if (!isLast) return void (load.timer = this.#ports.clock.after(this.#ports.lease, load.giveUp));
    this.#loads.delete(request);
    load.resolve({ epoch, sequence, records: load.records });
  }

  #publish(channel: string, frame: Uint8Array): void {
    if (!this.#ports.publish(channel, frame)) throw new Error("the backplane is not connected");
  }
}

export interface PeerStorePorts {
  readonly identity: NodeIdentity;
  readonly clock: Clock;
  /** For how long a heartbeat counts, ms. */
  readonly lease: number;
  publish(channel: string, frame: Uint8Array): boolean;
  /** The most bytes that a frame may have now. */
  frameLimit(): number;
  /** Resolves when the server has taken all that was published. */
  confirm(): Promise<void>;
  /** A node is new. */
  onPeers(): void;
}

interface Heard {
  readonly entry: NodeEntry;
  readonly holds: AnnouncedHolds | null;
  readonly at: number;
}

interface PendingLoad {
  timer: Timer;
  readonly records: PartEntry[];
  readonly giveUp: () => void;
  resolve(image: PartImage): void;
}

function packed(message: readonly unknown[]): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

function parsed(frame: Uint8Array): readonly unknown[] {
  try {
    const message: unknown = JSON.parse(Buffer.from(frame).toString());
    return Array.isArray(message) ? message : [];
  } catch {
    return [];
  }
}

/** The other node asks again. */
function ignored(): void {}
