import type { Files } from "../../support/running-app.ts";
import { expect } from "vitest";
import { Folder, parlor, type ParlorProcess } from "../../cli/support/parlor.ts";
import { connect, type Client } from "../../support/client.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { folderOf } from "../../support/running-app.ts";
import { nodeApp, ROOM, type NodeState } from "./node-app.ts";

/** Short, so that a test of a lost node takes little time. */
export const TIMING = { heartbeat: 300, lease: 900 };

const patience = { timeout: 2 * PATIENCE_MS, interval: 20 };

/** Several real server processes of one cluster, with real clients. */
export class RealCluster {
  readonly nodes: RealNode[] = [];
  readonly #undo: (() => void)[] = [];
  readonly #dir: string;
  readonly #tmp = new Folder();

  /** `url` is that of the engine; null: the fronts of one server, by `args`. `more` files are added to the app. */
  constructor(url: string | null, timing = TIMING, more: Files = {}) {
    const cluster = url === null ? {} : { cluster: { url, ...timing } };
    this.#dir = folderOf({ ...nodeApp(cluster), ...more }, (remove) => this.#undo.push(remove));
  }

  async start(count: number, options: NodeOptions = {}): Promise<RealNode[]> {
    const started = Array.from({ length: count }, async () => this.#startOne(options));
    return Promise.all(started);
  }

  /** Resolves when all nodes know the same sessions, rooms and members. */
  async equal(nodes: readonly RealNode[] = this.nodes): Promise<NodeState> {
    const look = async (): Promise<string[]> => {
      const states = await Promise.all(nodes.map(async (node) => node.state()));
      return [...new Set(states.map(({ digest, cluster }) => `${digest} ${cluster.state} ${cluster.nodes}`))];
    };
    await expect.poll(look, patience).toEqual([expect.stringMatching(` up ${nodes.length}$`)]);
    return nodes[0]!.state();
  }

  /** Ends a node as a crash does. */
  async kill(node: RealNode): Promise<void> {
    this.nodes.splice(this.nodes.indexOf(node), 1);
    await node.end("SIGKILL");
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.splice(0).map(async (node) => node.end("SIGKILL")));
    for (const undo of this.#undo) undo();
    this.#tmp.remove();
  }

  async #startOne({ args = [], shell, address = "127.0.0.1" }: NodeOptions): Promise<RealNode> {
    const command = ["serve", this.#dir, "--port", "0", "--host", address, ...args];
    const tmp = this.#tmp.path;
    const child = parlor(command, shell === undefined ? { tmp } : { tmp, shell });
    const [, port = ""] = await child.prints(/open http:\/\/[^\s:]+:(\d+)/);
    const node = new RealNode(child, `http://${address}:${port}`);
    this.nodes.push(node);
    return node;
  }
}

export interface NodeOptions {
  readonly args?: readonly string[];
  /** How a shell starts it, as in `parlor`. */
  readonly shell?: string;
  /** Where it listens. */
  readonly address?: string;
}

/** A server process, and its clients. */
export class RealNode {
  readonly clients: Client[] = [];
  readonly url: string;
  readonly #child: ParlorProcess;

  constructor(child: ParlorProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** All lines of its log. */
  get log(): string {
    return this.#child.err + this.#child.out;
  }

  /** How often it has reported that a node has left. */
  get drops(): number {
    return this.log.match(/has left/g)?.length ?? 0;
  }

  async state(query = ""): Promise<NodeState> {
    return (await (await fetch(`${this.url}/state${query}`)).json()) as NodeState;
  }

  /** Starts to sample the members of `ROOM` afresh. */
  async sample(): Promise<void> {
    await this.state("?reset");
  }

  /** A client that the test closes itself. */
  async dial(): Promise<Client> {
    return (await this.introduce()).client;
  }

  /** The same, with the id of its session. */
  async introduce(): Promise<{ readonly client: Client; readonly id: string }> {
    const client = connect(`${this.url.replace("http", "ws")}/ws/node`);
    return { client, id: String(await client.next()) };
  }

  /** Opens clients that are members of a room. */
  async fill(count: number, room = ROOM): Promise<Client[]> {
    const opened = Array.from({ length: count }, async () => {
      const client = await this.dial();
      this.clients.push(client);
      client.send(`join ${room}`);
      await client.next();
      return client;
    });
    return Promise.all(opened);
  }

  /** How many of its clients are still connected. */
  get connected(): number {
    return this.clients.filter(({ socket }) => socket.readyState === socket.OPEN).length;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.signal(signal);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    for (const client of this.clients) client.terminate();
    this.signal("SIGCONT");
    this.signal(signal);
    await this.#child.ended;
  }
}
