// Server: joins the cluster that the configuration names, and logs what happens in it.
import type { Duplex } from "node:stream";
import { messageOf } from "../../boundary/checks.ts";
import type { ClusterRecord } from "../../boundary/directory-record.ts";
import type { Clock, Loop } from "../../boundary/clock.ts";
import { plural } from "../../boundary/text/plural.ts";
import { CLUSTER_DEFAULTS, clusterServerOf, type ClusterConfig } from "../../cluster-config.ts";
import type { Backplane } from "../../cluster/backplane/backplane.ts";
import type { ClusterListener } from "../../cluster/backplane/cluster-listener.ts";
import type { ClusterOnce } from "../../cluster/cluster-once.ts";
import { ClusterNode } from "../../cluster/cluster-node.ts";
import { CLUSTER_VERSION } from "../../cluster/backplane/part-store.ts";
import { NODE_LOSSES } from "../../cluster/messages/node-losses.ts";
import { LocalBackplane } from "../../cluster/local/local-backplane.ts";
import { openBackplane } from "../../cluster/open-backplane.ts";
import type { Front } from "../../front/front.ts";
import { logEntry, type Log } from "../../log.ts";
import { isReply, joinFailure } from "./join-failure.ts";

/**
 * Joins the cluster that the configuration names, or that of the fronts of this machine; returns null without either.
 *
 * @throws ParlorError `PARLOR_CLUSTER` if the server of the cluster cannot be reached, or its client is not installed.
 */
export async function joinCluster(
  config: ClusterConfig | null,
  parts: ClusterParts,
): Promise<ClusterNode | null> {
  const { front, clock, loop } = parts;
  const opened = await backplaneOf(config, parts);
  if (opened === null) return null;
  const { backplane, server } = opened;
  const { heartbeat, lease, directory: announces } = config ?? CLUSTER_DEFAULTS;
  const report = new ClusterNews(server, parts);
  const node = new ClusterNode({
    ...{ backplane, front, listener: report, announces, holds: parts.once.holds },
    time: { clock, loop, heartbeat, lease },
  });
  report.node = node;
  try {
    await node.join();
  } catch (error) {
    throw joinFailure(error, server);
  }
  parts.once.jobs.joined(node.jobs);
  void warnOfEviction(backplane, parts.log);
  return node;
}

async function backplaneOf(
  config: ClusterConfig | null,
  { channel, clock, dir }: ClusterParts,
): Promise<{ readonly backplane: Backplane; readonly server: string } | null> {
  if (config !== null) {
    const { url, name, lease } = config;
    const backplane = await openBackplane({ url, prefix: name, lease, clock, dir });
    return { backplane, server: clusterServerOf(url) };
  }
  if (channel === null) return null;
  const { lease } = CLUSTER_DEFAULTS;
  return { backplane: new LocalBackplane(channel, { clock, lease }), server: "the parent of the fronts" };
}

async function warnOfEviction(backplane: Backplane, log: Log): Promise<void> {
  const policy = await backplane.partStore().evictionPolicy();
  if (policy !== null) logEntry(log, "PARLOR_CLUSTER_EVICTION", { policy });
}

export interface ClusterParts {
  readonly front: Front;
  readonly log: Log;
  readonly clock: Clock;
  readonly loop: Loop;
  readonly once: ClusterOnce;
  /** The app's folder; null without one. */
  readonly dir: string | null;
  /** The channel to the other fronts of this machine; null if it is alone. */
  readonly channel: Duplex | null;
}

/** Losses are reported at most once a second, a node of another version once, and so is one whose frames are malformed. */
class ClusterNews implements ClusterListener {
  node: ClusterNode | null = null;
  readonly #server: string;
  readonly #parts: Pick<ClusterParts, "front" | "log" | "clock">;
  readonly #versions = new Set<string>();
  readonly #flawed = new Set<string>();
  readonly #refusals = new Set<string>();
  /** As the hosts know it. */
  #known: ClusterRecord | null = null;
  #reported: Readonly<Record<string, number>> = {};
  #isReportPlanned = false;

  constructor(server: string, parts: Pick<ClusterParts, "front" | "log" | "clock">) {
    this.#server = server;
    this.#parts = parts;
  }

  onNode(node: string, what: "joined" | "left"): void {
    const nodes = plural(this.node?.status.nodes ?? 1, "node");
    logEntry(
      this.#parts.log,
      what === "joined" ? "PARLOR_CLUSTER_NODE/joined" : "PARLOR_CLUSTER_NODE/left",
      { node, nodes },
      { node },
    );
  }

  onChange(): void {
    if (this.node === null) return;
    const { status } = this.node;
    if (status.state !== this.#known?.state) this.#logState(this.node);
    // Counts of losses may change with each frame.
    if (status.state !== this.#known?.state || status.nodes !== this.#known.nodes) this.#notifyHosts(status);
    if (this.#isReportPlanned) return;
    this.#isReportPlanned = true;
    this.#parts.clock.after(LOSS_EVERY, this.#reportLosses);
  }

  // Of a lost connection the state says the same, in fewer lines.
  onFailed(error: unknown): void {
    this.onChange();
    const reason = messageOf(error);
    if (!isReply(error) || this.#refusals.has(reason)) return;
    this.#refusals.add(reason);
    logEntry(this.#parts.log, "PARLOR_CLUSTER_REFUSED", { server: this.#server, reason });
  }

  onVersion(node: string, version: number): void {
    if (this.#versions.has(node)) return;
    // Each restart of such a node has another id.
    if (this.#versions.size >= MOST_REPORTED) this.#versions.clear();
    this.#versions.add(node);
    const values = { node: node === "" ? "(without id)" : node, version, own: CLUSTER_VERSION };
    logEntry(this.#parts.log, "PARLOR_CLUSTER_VERSION", values, { node });
  }

  onMalformed(node: string): void {
    if (this.#flawed.has(node)) return;
    if (this.#flawed.size >= MOST_REPORTED) this.#flawed.clear();
    this.#flawed.add(node);
    logEntry(
      this.#parts.log,
      "PARLOR_CLUSTER_MALFORMED",
      { node: node === "" ? "(without id)" : node },
      { node },
    );
  }

  #notifyHosts(status: ClusterRecord): void {
    this.#known = status;
    this.#parts.front.directory.publishPeer({ kind: "cluster", cluster: status });
  }

  #logState({ status: { state, nodes }, identity: { id } }: ClusterNode): void {
    const [{ log }, server] = [this.#parts, this.#server];
    if (state === "isolated") logEntry(log, "PARLOR_CLUSTER_ISOLATED", { server });
    if (state !== "up") return;
    this.#refusals.clear();
    logEntry(log, "PARLOR_CLUSTER_JOINED", { server, nodes: plural(nodes, "node"), id });
  }

  readonly #reportLosses = (): void => {
    this.#isReportPlanned = false;
    if (this.node === null) return;
    const { dropped } = this.node.status;
    const parts = NODE_LOSSES.map(
      (reason) => [reason, dropped[reason] - (this.#reported[reason] ?? 0)] as const,
    );
    const risen = parts.filter(([, count]) => count > 0);
    if (risen.length === 0) return;
    this.#reported = dropped;
    this.#notifyHosts(this.node.status);
    // Lines of their own name the nodes.
    const lost = risen.filter(([reason]) => reason !== "otherVersion" && reason !== "malformed");
    if (lost.length === 0) return;
    const count = lost.reduce((sum, [, each]) => sum + each, 0);
    const reasons = lost.map(([reason, each]) => `${reason} ${each}`).join(", ");
    logEntry(this.#parts.log, "PARLOR_CLUSTER_LOSS", { count, reasons });
  };
}

/** Nodes that are remembered as reported. */
const MOST_REPORTED = 1000;

/** How often losses are reported, ms. */
const LOSS_EVERY = 1000;
