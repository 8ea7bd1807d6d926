// Server: all nodes of the cluster as one server, for the command line: their state, their figures, a rolling reload.
import { hostname } from "node:os";
import { isRecord, messageOf } from "../../boundary/checks.ts";
import * as is from "../../boundary/guard/value-checks.ts";
import type { ClusterNode } from "../../cluster/cluster-node.ts";
import type { NodeInfo, NodeReload, NodeStatus, ReloadOutcome } from "./node-info.ts";

/** Asks the other nodes, and replies to them. */
export class ClusterControl<Status extends object = object> {
  readonly #node: ClusterNode;
  readonly #server: ControlledNode<Status>;
  #version = "";
  #reload: ((route?: string) => Promise<ReloadOutcome>) | null = null;

  constructor(node: ClusterNode, server: ControlledNode<Status>) {
    this.#node = node;
    this.#server = server;
    node.calls.serve(this.#handle);
  }

  /** The id of this node. */
  get id(): string {
    return this.#node.identity.id;
  }

  /** The command line can reload the app, and knows the version of Parlor. */
  reloadsBy(reload: (route?: string) => Promise<ReloadOutcome>, version: string): void {
    this.#reload = reload;
    this.#version = version;
  }

  /** All nodes, by their ids. A node that does not reply is listed as `silent`. */
  async nodes(): Promise<NodeInfo[]> {
    const others = this.#node.others.map(async ({ node, silence }): Promise<NodeInfo> => {
      const reply = await this.#asked(node, "info", STATUS_WITHIN).catch(() => null);
      return { ...(isInfo(reply) ? reply : SILENT), id: node, silence: Math.round(silence) };
    });
    const all = [this.#info(), ...(await Promise.all(others))];
    return all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** The figures of all nodes. */
  async statuses(): Promise<NodeStatus<Status>[]> {
    const others = this.#node.others.map(async ({ node }): Promise<NodeStatus<Status>> => {
      const reply = await this.#asked(node, "status", STATUS_WITHIN).catch(() => null);
      return { id: node, status: isStatus<Status>(reply) ? reply : null };
    });
    return [{ id: this.id, status: this.#server.status() }, ...(await Promise.all(others))];
  }

  /**
   * Reloads the app, or one route, on one node after the other, this one first: what its folder holds is at hand. Stops
   * at the first node that fails; the nodes after it are not in the list.
   */
  async reload(route?: string): Promise<NodeReload[]> {
    const others = this.#node.others.map(({ node }) => node).toSorted();
    const done: NodeReload[] = [];
    for (const node of [this.id, ...others]) {
      const outcome = await this.#reloadOf(node, route);
      done.push({ id: node, ...outcome });
      if (outcome.problems.length > 0) break;
    }
    return done;
  }

  async #reloadOf(node: string, route?: string): Promise<ReloadOutcome> {
    try {
      if (node === this.id) return await this.#reloadHere(route);
      // A node that stands still must not carry out later what was reported as failed: it is not asked to.
      await this.#asked(node, "info", STATUS_WITHIN);
      return outcomeOf(await this.#asked(node, "reload", RELOAD_WITHIN, route));
    } catch (error) {
      return { changed: [], removed: [], problems: [messageOf(error)] };
    }
  }

  async #asked(node: string, what: string, within: number, argument?: string): Promise<unknown> {
    return this.#node.calls.ask(node, { what, within, argument });
  }

  readonly #handle = (what: string, argument: unknown): unknown => {
    if (what === "info") return this.#info();
    if (what === "status") return this.#server.status();
    if (what === "reload") return this.#reloadHere(typeof argument === "string" ? argument : undefined);
    throw new Error(`it does not know the question "${what.slice(0, 40)}"`);
  };

  async #reloadHere(route?: string): Promise<ReloadOutcome> {
    if (this.#reload === null) throw new Error("the program that embeds it decides about reloads");
    return this.#reload(route);
  }

  #info(): NodeInfo {
    const { sessions, rooms, uptime, port, isDraining } = this.#server.figures();
    return {
      ...{ id: this.id, address: `${hostname()}:${port}`, version: this.#version, pid: process.pid },
      state: isDraining ? "draining" : this.#node.status.state,
      ...{ sessions, rooms, uptime, silence: 0 },
    };
  }
}

/** The server of a node, as other nodes ask about it. */
export interface ControlledNode<Status> {
  status(): Status;
  figures(): Pick<NodeInfo, "sessions" | "rooms" | "uptime"> & {
    readonly port: number;
    readonly isDraining: boolean;
  };
}

// Replies come from another process, perhaps of another release.
function isInfo(reply: unknown): reply is Omit<NodeInfo, "id" | "silence"> {
  return IS_INFO(reply);
}

const IS_INFO = is.recordOf({
  address: is.isString,
  version: is.isString,
  pid: is.isCount,
  state: is.oneOf("single", "up", "isolated", "rejoining", "draining"),
  sessions: is.isCount,
  rooms: is.isCount,
  uptime: is.isFinite,
});

function isStatus<Status extends object>(reply: unknown): reply is Status {
  return isRecord(reply) && Array.isArray(reply["scripts"]);
}

function outcomeOf(reply: unknown): ReloadOutcome {
  const record = isRecord(reply) ? reply : {};
  const list = (name: string): string[] => {
    const value = record[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  return { changed: list("changed"), removed: list("removed"), problems: list("problems") };
}

const SILENT: Omit<NodeInfo, "id" | "silence"> = {
  ...{ address: "", version: "", pid: 0, state: "silent" },
  ...{ sessions: 0, rooms: 0, uptime: 0 },
};

/** How long a node may take to send its figures, ms. */
const STATUS_WITHIN = 2000;
/** How long the reload of a node may take, ms. */
const RELOAD_WITHIN = 60_000;
