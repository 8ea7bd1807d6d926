// Cluster: one node of a cluster: its part of the directory, the parts of others, and messages both ways.
import type { Timer } from "../boundary/clock.ts";
import type { ClusterRecord } from "../boundary/directory-record.ts";
import type { PeerDelivery } from "../front/directory/peer-delivery.ts";
import type { ClusterPort } from "../front/directory/cluster-port.ts";
import type { Directory } from "../front/directory/directory.ts";
import { PeerSessions } from "../front/directory/peer-sessions.ts";
import { callsChannel, DIRECTORY_CHANNEL, nodeChannel, type Backplane } from "./backplane/backplane.ts";
import { NodeCalls } from "./calls/node-calls.ts";
import type { JobStore } from "./backplane/job-store.ts";
import { newIdentity, type NodeIdentity } from "./backplane/node-identity.ts";
import type { PartStore } from "./backplane/part-store.ts";
import type { ClusterListener, ClusterTime } from "./backplane/cluster-listener.ts";
import { readDelta } from "./backplane/directory-frames.ts";
import { senderIn } from "./backplane/json-frame.ts";
import { StateWatch } from "./state-watch.ts";
import { LocalCounts } from "./directory/local-counts.ts";
import { LocalSessions, type PartSource } from "./directory/local-sessions.ts";
import { PartWriter } from "./directory/part-writer.ts";
import { PeerParts, type PeerNode } from "./directory/peer-parts.ts";
import type { ClusterHolds } from "./holds/cluster-holds.ts";
import { NodePort } from "./node-port.ts";
import { Listening } from "./messages/listening.ts";
import { NodeLosses } from "./messages/node-losses.ts";
import { PeerMessages } from "./messages/peer-messages.ts";
import { Receiver } from "./messages/receiver.ts";
import { Sender } from "./messages/sender.ts";

export class ClusterNode {
  readonly identity: NodeIdentity = newIdentity();
  /** The sessions of the other nodes. */
  readonly peers: PeerSessions;
  /** Questions to other nodes, and theirs. */
  readonly calls: NodeCalls;
  readonly #ports: ClusterNodePorts;
  readonly #losses: NodeLosses;
  readonly #state: StateWatch;
  readonly #source: PartSource;
  readonly #messages: { readonly sender: Sender; readonly receiver: Receiver };
  /** Made when the backplane is connected. */
  #directory: NodeDirectory | null = null;
  #timer: Timer | null = null;

  constructor(ports: ClusterNodePorts) {
    const { backplane, front, time, listener } = ports;
    const { identity } = this;
    this.#ports = ports;
    this.#losses = new NodeLosses(listener);
    this.#state = new StateWatch(time);
    const parts = { identity, backplane, losses: this.#losses };
    const sender = new Sender({
      ...parts,
      ...time,
      listenersOf: (channel) => listenersOf(this.peers, channel),
    });
    const messages = new PeerMessages(front.peerDelivery(), this.#losses);
    const Source = ports.announces === "counts" ? LocalCounts : LocalSessions;
    const source = new Source(front.directory);
    const isHeard = (channel: string): boolean => source.hasMembers(channel);
    this.#messages = { sender, receiver: new Receiver({ ...parts, messages, listener, isHeard }) };
    this.#source = source;
    this.peers = new PeerSessions({ front, listeners: sender });
    this.calls = new NodeCalls({ ...parts, clock: time.clock });
  }

  /**
   * Joins the cluster, and waits up to a heartbeat for the sessions of the nodes that are there. Rejects if the backplane
   * cannot be reached.
   */
  async join(): Promise<void> {
    const { backplane, front } = this.#ports;
    await backplane.connect(this.identity, {
      onFrame: (channel, frame) => this.#onFrame(channel, frame),
      onState: (isConnected) => this.#onState(isConnected),
      onPeers: () => this.#directory?.writer.beatNow(),
      onMalformed: (node) => this.#losses.refuse(node),
      onTooLarge: (count) => this.#losses.add("tooLarge", count),
    });
    const directory = this.#makeDirectory(backplane.partStore());
    this.#directory = directory;
    front.joinCluster(new NodePort({ node: this, sender: this.#messages.sender, writer: directory.writer }));
    const { id } = this.identity;
    await backplane.subscribe([DIRECTORY_CHANNEL, nodeChannel(id), callsChannel(id)]);
    const { time, holds } = this.#ports;
    holds?.joined({ store: backplane.partStore(), ...time });
    // Nodes may be known by what they announce before their first heartbeat is heard.
    directory.parts.hold();
    directory.writer.start();
    this.#tick();
    await Promise.race([directory.parts.known, this.#after(time.heartbeat)]);
  }

  /** Leaves the cluster: other nodes drop its sessions at once. */
  async leave(): Promise<void> {
    const { backplane } = this.#ports;
    this.#timer?.cancel();
    this.#ports.holds?.stop();
    this.calls.stop();
    this.#directory?.listening.stop();
    this.#directory?.writer.stop();
    this.#messages.sender.flush();
    try {
      await Promise.race([backplane.partStore().leave(), this.#after(LEAVE_WITHIN)]);
    } catch {
      // Without a connection the lease ends by itself.
    }
    await backplane.close();
  }

  /** Made by `join`. */
  get jobs(): JobStore {
    return this.#ports.backplane.partStore();
  }

  /** The other nodes, as far as this one knows. */
  get others(): PeerNode[] {
    return this.#directory?.parts.nodes ?? [];
  }

  get status(): ClusterRecord {
    const { state, knownAt } = this.#state;
    const nodes = (this.#directory?.parts.size ?? 0) + 1;
    return { state, knownAt, nodes, dropped: { ...this.#losses.counts } };
  }

  #makeDirectory(store: PartStore): NodeDirectory {
    const { backplane, time, listener } = this.#ports;
    const { receiver } = this.#messages;
    const messages = { ...this.#messages, calls: this.calls };
    const source = this.#source;
    const listening = new Listening({ backplane, clock: time.clock, source, receiver });
    const parts = new PeerParts({
      own: this.identity.id,
      ...{ sessions: this.peers, store, time, messages, losses: this.#losses, listener },
    });
    const writer = new PartWriter({
      ...{ source, store, listening, time, listener },
      onBeat: (beat, { isOtherBoot, sentAt }) => {
        if (this.#state.renewed()) listener.onChange();
        parts.onBeat(beat, isOtherBoot);
        if (!beat.isLost) this.#ports.holds?.onBeat(sentAt, isOtherBoot);
      },
    });
    return { parts, writer, listening };
  }

  #onFrame(channel: string, frame: Uint8Array): void {
    if (channel.startsWith("q:")) return this.calls.receive(frame);
    if (channel !== DIRECTORY_CHANNEL) return this.#messages.receiver.receive(channel, frame);
    const delta = readDelta(frame);
    if (delta === null) this.#losses.refuse(senderIn(frame));
    else this.#directory?.parts.onDelta(delta);
  }

  #onState(isConnected: boolean): void {
    if (this.#state.connected(isConnected)) this.#ports.listener.onChange();
    if (!isConnected) return;
    this.#directory?.parts.hold();
    this.#directory?.parts.reload();
    this.#directory?.writer.renew();
  }

  readonly #tick = (): void => {
    const { time, listener } = this.#ports;
    this.#timer = time.clock.after(time.heartbeat, this.#tick);
    this.#messages.sender.settle();
    if (this.#state.look()) listener.onChange();
  };

  async #after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#ports.time.clock.after(ms, resolve));
  }
}

function listenersOf({ rooms, routes }: PeerSessions, channel: string): Iterable<string> {
  const [kind, name] = [channel.slice(0, 2), channel.slice(2)];
  if (kind === "n:") return [name];
  return (kind === "r:" ? rooms : routes).get(name)?.keys() ?? [];
}

interface NodeDirectory {
  readonly parts: PeerParts;
  readonly writer: PartWriter;
  readonly listening: Listening;
}

export interface ClusterNodePorts {
  readonly backplane: Backplane;
  readonly front: ClusterFront;
  readonly time: ClusterTime;
  readonly listener: ClusterListener;
  /** The outbound connections that the cluster has once. */
  readonly holds?: ClusterHolds | null;
  /** What other nodes get to know of the sessions here; `sessions` if left out. */
  readonly announces?: "sessions" | "counts";
}

/** The front that a node works with. */
export interface ClusterFront {
  readonly directory: Directory;
  nextRef(): number;
  peerDelivery(): PeerDelivery;
  joinCluster(cluster: ClusterPort): void;
}

/** How long leaving waits for the server, ms. */
const LEAVE_WITHIN = 500;
