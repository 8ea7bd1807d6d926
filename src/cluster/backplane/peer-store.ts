// Cluster: a part store without a server that keeps anything: each node sends its own part to those that ask for it.
import { createHash } from "node:crypto";
import type { Clock, Timer } from "../../boundary/clock.ts";
import { DIRECTORY_CHANNEL, type BackplaneReceiver } from "./backplane.ts";
import { readHeartbeat, readPartMessage, requestIn, type NodeHeartbeat } from "./directory-frames.ts";
import { senderIn } from "./json-frame.ts";
import type { HoldStore, WantedHold } from "../holds/hold-store.ts";
import { PeerHolds, type AnnouncedHolds } from "../holds/peer-holds.ts";
import type { JobStore } from "./job-store.ts";
import type { NodeIdentity } from "./node-identity.ts";
import type { PartEntry } from "./part-record.ts";
import { addEntries, namesLeftOut, partReplies, type PartReply } from "./part-replies.ts";
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
    if (isLong) this.#noteLeftOut(touched.values());
    await Promise.resolve();
    return this.#sequence;
  }

  #noteLeftOut(entries: Iterable<PartEntry | null>): void {
    const limit = this.#ports.frameLimit();
    let count = 0;
    for (const entry of entries) count += entry === null ? 0 : namesLeftOut(entry, limit);
    this.#ports.receiver.onTooLarge(count);
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
        this.#loads.get(request)?.timer.cancel();
        this.#loads.delete(request);
        reject(new Error(`node ${node} has not sent its part of the directory`));
      };
      const timer = this.#ports.clock.after(this.#ports.lease, giveUp);
      this.#loads.set(request, { node, timer, records: [], replies: 0, refused: 0, giveUp, resolve });
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
    if (channel === HEARTBEAT_CHANNEL) {
      const heartbeat = readHeartbeat(frame);
      return heartbeat === null ? this.#refuse(frame) : this.#onHeartbeat(heartbeat);
    }
    const message = readPartMessage(frame);
    if (message === null) return this.#refuse(frame);
    if (message === "foreign") return;
    if (message[0] === "part") return this.#onPart(message);
    // If the connection is lost meanwhile, the other node asks again.
    void this.#sendPart(message[1], message[2]).catch(ignored);
  }

  // A part of which a reply is missing is loaded again.
  #refuse(frame: Uint8Array): void {
    const load = this.#loads.get(requestIn(frame) ?? -1);
    this.#ports.receiver.onMalformed(load?.node ?? senderIn(frame));
    load?.giveUp();
  }

  get #own(): string {
    return this.#ports.identity.id;
  }

  /** The other nodes that are there. */
  get #live(): (Heard & { readonly node: string })[] {
    const from = this.#ports.clock.ticks() - this.#ports.lease;
    return Array.from(this.#heard, ([node, heard]) => ({ node, ...heard })).filter(({ at }) => at >= from);
  }

  #onHeartbeat({ version, node, epoch, sequence, holds }: NodeHeartbeat): void {
    if (node === "" || node === this.#own) return;
    if (sequence === LEFT) return void this.#heard.delete(node);
    const isNew = this.#heard.get(node)?.entry.epoch !== epoch;
    const entry = { node, epoch, sequence, version, silence: 0 };
    this.#heard.set(node, { entry, holds, at: this.#ports.clock.ticks() });
    if (isNew) this.#introduce();
  }

  // The other node learns of this one before the next heartbeat.
  #introduce(): void {
    this.#ports.receiver.onPeers();
    if (this.#epoch !== "") this.#ports.publish(HEARTBEAT_CHANNEL, this.#heartbeat());
  }

  #heartbeat(): Uint8Array {
    const { announced } = this.#holds;
    const heartbeat = [CLUSTER_VERSION, this.#own, this.#epoch, this.#sequence];
    return packed(announced === null ? heartbeat : [...heartbeat, announced]);
  }

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

  #onPart([, request, epoch, sequence, isLast, records, at]: PartReply): void {
    const load = this.#loads.get(request);
    if (load === undefined) return;
    // One of them was lost on its way.
    if (at !== undefined && at !== load.replies) return load.giveUp();
    load.replies += 1;
    load.refused += addEntries(records, load.records);
    load.timer.cancel();
    if (!isLast) return void (load.timer = this.#ports.clock.after(this.#ports.lease, load.giveUp));
    this.#loads.delete(request);
    load.resolve({ epoch, sequence, records: load.records, refused: load.refused });
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
  /** Learns of new nodes, of what is malformed, and of what is too long to be announced. */
  readonly receiver: Pick<BackplaneReceiver, "onPeers" | "onMalformed" | "onTooLarge">;
}

interface Heard {
  readonly entry: NodeEntry;
  readonly holds: AnnouncedHolds | null;
  readonly at: number;
}

interface PendingLoad {
  readonly node: string;
  timer: Timer;
  readonly records: PartEntry[];
  /** How many replies have come, and how many entries in them were malformed. */
  replies: number;
  refused: number;
  readonly giveUp: () => void;
  resolve(image: PartImage): void;
}

function packed(message: readonly unknown[]): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

/** The other node asks again. */
function ignored(): void {}
