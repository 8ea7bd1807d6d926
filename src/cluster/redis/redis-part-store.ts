// Cluster: the part store in Redis: state, lease and announcement are written by one script.
import type { NodeIdentity } from "../backplane/node-identity.ts";
import type { HoldStore, WantedHold } from "../holds/hold-store.ts";
import type { JobStore } from "../backplane/job-store.ts";
import { newEpoch } from "../backplane/node-identity.ts";
import { packRecord, type PartEntry } from "../backplane/part-record.ts";
import { isCount } from "../../boundary/guard/value-checks.ts";
import { isNode } from "../backplane/json-frame.ts";
import { isEpoch } from "../backplane/part-checks.ts";
import { storedImage } from "./stored-image.ts";
import {
  CLUSTER_VERSION,
  type Beat,
  type NodeEntry,
  type PartChange,
  type PartImage,
  type PartStore,
} from "../backplane/part-store.ts";
import {
  BEAT,
  CLAIM_JOB,
  COMMIT,
  HOLD,
  KEEP_JOB,
  LEAVE_NODE,
  LET_GO,
  LOAD,
  REGISTER,
  type RedisScript,
} from "./scripts.ts";

/** Its keys share one hash tag, so that managed and sharded servers keep them together. */
export class RedisPartStore implements PartStore, JobStore, HoldStore {
  readonly #ports: RedisStorePorts;
  readonly #sessions = new Set<string>();
  /** The jobs that run here: their leases are renewed with the node's own. */
  readonly #jobs = new Set<string>();
  #epoch = "none";
  #sequence = 0;

  constructor(ports: RedisStorePorts) {
    this.#ports = ports;
  }

  async register(epoch: string, records: readonly PartEntry[]): Promise<void> {
    const [part, previous] = [this.#part(this.#own, epoch), this.#part(this.#own, this.#epoch)];
    for (let at = 0; at < records.length; at += REGISTER_RECORDS) {
      const some = records.slice(at, at + REGISTER_RECORDS);
      await this.#ports.command(["HSET", part, ...some.flatMap((record) => [record.id, packed(record)])]);
      await this.#ports.command(["PEXPIRE", part, String(this.#ports.lease * 3)]);
    }
    const { lease, directoryChannel } = this.#ports;
    await this.#run(REGISTER, [part], [this.#own, epoch, lease, directoryChannel, CLUSTER_VERSION]);
    this.#epoch = epoch;
    this.#sequence = 0;
    this.#sessions.clear();
    for (const { id } of records) this.#sessions.add(id);
    await this.#ports.command(["UNLINK", previous]);
  }

  async commit({ ops, touched }: PartChange): Promise<number> {
    const { lease, directoryChannel } = this.#ports;
    const args = [this.#own, this.#epoch, lease, directoryChannel, JSON.stringify(ops)];
    for (const [id, record] of touched) {
      if (record === null) this.#sessions.delete(id);
      else this.#sessions.add(id);
      args.push(id, record === null ? "" : packed(record));
    }
    this.#sequence = Number(await this.#run(COMMIT, [this.#part(this.#own, this.#epoch)], args));
    return this.#sequence;
  }

  async beat(): Promise<Beat> {
    for (const job of this.#jobs) await this.#keep(job, this.#ports.lease);
    const keys = [
      this.#part(this.#own, this.#epoch),
      this.#key("boot"),
      this.#key("beat"),
      this.#key("others"),
    ];
    const expected = [this.#sessions.size, this.#sequence];
    const args = [this.#own, this.#epoch, this.#ports.lease, newEpoch(), ...expected, CLUSTER_VERSION];
    const [isLost, boot, ...entries] = (await this.#run(BEAT, keys, args)) as [number, string, ...unknown[]];
    return { isLost: isLost === 1, boot: String(boot), nodes: this.#entriesOf(entries) };
  }

  async load(node: string): Promise<PartImage | null> {
    for (let tries = 0; tries < LOAD_TRIES; tries += 1) {
      const entry = (await this.#ports.command(["HGET", this.#key("nodes"), node])) as string | null;
      if (entry === null) return null;
      const epoch = entry.split(",")[1] ?? "";
      const reply = (await this.#run(LOAD, [this.#part(node, epoch)], [node, epoch])) as unknown[];
      if (reply.length === 2) return storedImage(epoch, Number(reply[0]), reply[1] as string[]);
    }
    throw new Error(`node ${node} changes faster than its part can be read`);
  }

  async leave(): Promise<void> {
    const part = this.#part(this.#own, this.#epoch);
    await this.#run(LEAVE_NODE, [part], [this.#own, this.#epoch, this.#ports.directoryChannel]);
  }

  async claim(job: string, due: number): Promise<"mine" | "other" | "running"> {
    const args = [this.#own, job, Math.round(due), this.#ports.lease];
    const reply = Number(await this.#run(CLAIM_JOB, [], args, this.#key("jobs")));
    if (reply === 1) this.#jobs.add(job);
    return reply === 1 ? "mine" : reply === 0 ? "other" : "running";
  }

  async release(job: string): Promise<void> {
    if (this.#jobs.delete(job)) await this.#keep(job, 0);
  }

  async hold(wanted: readonly WantedHold[]): Promise<readonly string[]> {
    const names = wanted.flatMap(({ name, mayTake }) => [name, mayTake ? 1 : 0]);
    return (await this.#run(
      HOLD,
      [this.#key("holds")],
      [this.#own, this.#ports.lease, ...names],
    )) as string[];
  }

  async letGo(names: readonly string[]): Promise<void> {
    await this.#run(LET_GO, [this.#key("holds")], [this.#own, ...names]);
  }

  async evictionPolicy(): Promise<string | null> {
    try {
      const reply = await this.#ports.command(["CONFIG", "GET", "maxmemory*"]);
      const settings = Array.isArray(reply) ? reply.map(String) : [];
      const valueOf = (name: string): string => settings[settings.indexOf(name) + 1] ?? "";
      const policy = valueOf("maxmemory-policy");
      return valueOf("maxmemory") === "0" || policy === "noeviction" || policy === "" ? null : policy;
    } catch {
      // Managed servers do not show their configuration.
      return null;
    }
  }

  // Of each: id, epoch, sequence number, version, silence. Anything may have been written to the hash of the nodes.
  #entriesOf(flat: readonly unknown[]): NodeEntry[] {
    const entries: NodeEntry[] = [];
    for (let at = 0; at + 4 < flat.length; at += 5) {
      const [node, epoch] = [flat[at], flat[at + 1]];
      const [sequence, version, silence] = flat.slice(at + 2, at + 5).map(Number);
      const isWhole = isNode(node) && isEpoch(epoch) && isCount(sequence) && isCount(version);
      if (!isWhole || !isCount(silence)) this.#ports.onMalformed(isNode(node) ? node : "");
      else entries.push({ node, epoch, sequence: sequence!, version: version!, silence: silence! });
    }
    return entries;
  }

  get #own(): string {
    return this.#ports.identity.id;
  }

  #key(name: string): string {
    return `{${this.#ports.prefix}}:${name}`;
  }

  #part(node: string, epoch: string): string {
    return this.#key(`part:${node}:${epoch}`);
  }

  async #keep(job: string, lease: number): Promise<void> {
    await this.#run(KEEP_JOB, [], [this.#own, job, lease], this.#key("jobs"));
  }

  // Redis forgets its scripts when it restarts.
  async #run(
    { text, digest }: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
    first = this.#key("nodes"),
  ): Promise<unknown> {
    const all = [first, ...keys];
    const rest = [String(all.length), ...all, ...args.map(String)];
    try {
      return await this.#ports.command(["EVALSHA", digest, ...rest]);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return this.#ports.command(["EVAL", text, ...rest]);
    }
  }
}

export interface RedisStorePorts {
  readonly identity: NodeIdentity;
  /** What the names of all keys begin with. */
  readonly prefix: string;
  readonly directoryChannel: string;
  /** How long a node is there without a heartbeat, ms. */
  readonly lease: number;
  /** What is kept of a node is malformed. */
  onMalformed(node: string): void;
  /** Sends a command; rejects while there is no connection. */
  command(args: readonly string[]): Promise<unknown>;
}

function packed(record: PartEntry): string {
  return JSON.stringify(packRecord(record));
}

/** The sessions of one command. */
const REGISTER_RECORDS = 500;

/** How often a part is read that is registered again meanwhile. */
const LOAD_TRIES = 5;
