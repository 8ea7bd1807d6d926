import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { connect } from "../support/client.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { startNats, startRedis, type ClusterServer } from "./support/cluster-servers.ts";
import { RealCluster, TIMING, type RealNode } from "./support/real-cluster.ts";

const patience = { timeout: 2 * PATIENCE_MS, interval: 10 };

/** A server outside the cluster, which counts the connections of each kind that it has at a time. */
class Outside {
  readonly open = new Map<WebSocket, { readonly kind: string; readonly pid: number }>();
  readonly most = new Map<string, number>();
  readonly #server = new WebSocketServer({ port: 0, host: "127.0.0.1" });

  async start(): Promise<string> {
    this.#server.on("connection", (socket, { url }) => {
      socket.once("message", (data) => this.#arrived(socket, url ?? "", Number(data)));
      socket.once("close", () => this.open.delete(socket));
    });
    onTestFinished(() => void this.#server.close());
    await once(this.#server, "listening");
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The processes that have a connection of this kind. */
  pids(kind: string): number[] {
    return Array.from(this.open.values()).flatMap((each) => (each.kind === kind ? [each.pid] : []));
  }

  #arrived(socket: WebSocket, kind: string, pid: number): void {
    this.open.set(socket, { kind, pid });
    this.most.set(kind, Math.max(this.most.get(kind) ?? 0, this.pids(kind).length));
  }
}

// A program that keeps a connection, and a registry whose endpoint opens one.
const appOf = (outside: string) => ({
  "scripting/feed.ts": `
    import { WebSocket } from "scripting";
    export const runs = "cluster";
    function open() {
      const socket = new WebSocket("${outside}/scripting");
      socket.send(String(process.pid));
      socket.onclose = () => setTimeout(open, 5);
    }
    open();`,
  "dirigible/feed.websocket": JSON.stringify({
    handler: "start",
    endpoint: "start",
    description: "opens it",
  }),
  "dirigible/start.js": `
    const websockets = require("net/v4/websockets");
    exports.onOpen = () => websockets
      .createWebsocket("${outside}/dirigible", "handler").send("1");
    exports.onMessage = exports.onError = exports.onClose = () => {};`,
  "dirigible/handler.js": `
    exports.runs = "cluster";
    exports.onOpen = exports.onMessage = exports.onError = exports.onClose = () => {};`,
});

for (const [name, start] of [
  ["redis", startRedis],
  ["nats", startNats],
] as const) {
  const { skip } = needs(`${name}-server`);
  describe.skipIf(skip)(`two server processes by ${name}`, () => {
    test("have an outbound connection once, and within a lease and a second on the other node when its node is killed", async () => {
      const outside = new Outside();
      const url = await outside.start();
      const engine: ClusterServer = await start();
      onTestFinished(async () => engine.stop());
      const cluster = new RealCluster(engine.url, TIMING, appOf(url));
      onTestFinished(async () => cluster.stop());
      await cluster.start(2);
      await cluster.equal();
      for (const node of cluster.nodes) await openByEndpoint(node);
      for (const kind of ["/scripting", "/dirigible"])
        await expect.poll(() => outside.pids(kind), patience).toHaveLength(1);
      const [pid] = outside.pids("/scripting");
      const node = cluster.nodes.find((each) => each.pid === pid)!;
      const other = cluster.nodes.find((each) => each !== node)!;
      const since = performance.now();
      await cluster.kill(node);
      await expect.poll(() => outside.pids("/scripting"), patience).toEqual([other.pid]);
      expect(performance.now() - since).toBeLessThan(TIMING.lease + 1000);
      await expect.poll(() => outside.pids("/dirigible"), patience).toHaveLength(1);
      expect([...outside.most.values()]).toEqual([1, 1]);
    }, 120_000);
  });
}

async function openByEndpoint(node: RealNode): Promise<void> {
  const client = connect(`${node.url.replace("http", "ws")}/websockets/v4/service/start`);
  await client.opened;
  onTestFinished(() => client.terminate());
}
