import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openBackplane } from "../../src/cluster/open-backplane.ts";
import { realClock } from "../../src/real-clock.ts";
import type { ClusterServer } from "./support/cluster-servers.ts";
import { TestNode } from "./support/test-node.ts";

/** One kind of server that joins nodes. */
export interface FaultKind {
  readonly name: string;
  readonly skip: boolean;
  start(): Promise<ClusterServer>;
}

const TIMING = { heartbeat: 200, lease: 1000 };
const patience = { timeout: 20_000, interval: 10 };

/** What a cluster must stand, by each kind of server. */
export function faultSuite({ name, skip, start }: FaultKind): void {
  describe.skipIf(skip)(`a cluster by ${name}`, () => {
    let server: ClusterServer;
    const nodes: TestNode[] = [];

    beforeEach(async () => {
      server = await start();
    });

    afterEach(async () => {
      server.process.kill("SIGCONT");
      await Promise.all(nodes.splice(0).map(async ({ cluster }) => cluster.leave()));
      await server.stop();
    });

    const node = async (): Promise<TestNode> => {
      const { url } = server;
      const backplane = await openBackplane({
        ...{ url, prefix: "faults", lease: TIMING.lease },
        ...{ clock: realClock, dir: null },
      });
      const made = new TestNode(backplane, TIMING);
      await made.cluster.join();
      nodes.push(made);
      return made;
    };
    const equal = async (...some: TestNode[]): Promise<void> => {
      await expect.poll(() => new Set(some.map((each) => each.digest())).size, patience).toBe(1);
    };
    const filled = async (count: number): Promise<[TestNode, TestNode]> => {
      const [a, b] = [await node(), await node()];
      for (const [each, key] of [
        [a, "a"],
        [b, "b"],
      ] as const)
        for (let at = 0; at < count; at += 1) {
          each.connect(`${key}${at}`);
          each.join(`${key}${at}`, "room");
        }
      await equal(a, b);
      return [a, b];
    };

    test("while the server is away reads stay as they were, and when it is back empty all is equal again", async () => {
      const [a, b] = await filled(300);
      let least = Infinity;
      const watch = setInterval(() => (least = Math.min(least, a.memberCount("room"))), 5);
      await server.kill();
      await expect.poll(() => a.cluster.status.state, patience).toBe("isolated");
      a.connect("later");
      a.broadcast("room", "only here");
      await expect.poll(() => Date.now() - a.cluster.status.knownAt!, patience).toBeGreaterThan(TIMING.lease);
      expect(a.got.get("a0")).toEqual(["only here"]);
      expect(b.got.get("b0")).toEqual([]);
      expect(a.cluster.status.dropped.engineDown).toBe(1);
      await server.restart();
      await expect.poll(() => a.cluster.status.state, patience).toBe("up");
      await equal(a, b);
      clearInterval(watch);
      expect(least).toBe(600);
      expect(b.size()).toBe(601);
    });

    test("a server that stands still isolates the nodes, and drops no session", async () => {
      const [a, b] = await filled(20);
      server.process.kill("SIGSTOP");
      await expect
        .poll(() => [a, b].map(({ cluster }) => cluster.status.state), patience)
        .toEqual(["isolated", "isolated"]);
      expect(a.size()).toBe(40);
      server.process.kill("SIGCONT");
      await expect
        .poll(() => [a, b].map(({ cluster }) => cluster.status.state), patience)
        .toEqual(["up", "up"]);
      await equal(a, b);
      expect(a.size()).toBe(40);
      expect(a.events.concat(b.events).filter((event) => event.startsWith("left"))).toEqual([]);
    });

    test.each([
      ["", 2000],
      [", from the first message on", 0],
    ])(
      "a receiver got or counted as lost all that was sent while the server restarted%s, and nothing twice",
      async (_, before) => {
        const [a, b] = await filled(1);
        let sent = 0;
        const sendWhile = async (isWanted: () => boolean): Promise<void> => {
          while (isWanted()) {
            for (let at = 0; at < 20; at += 1) a.broadcast("room", String((sent += 1)));
            await new Promise(setImmediate);
          }
        };
        await sendWhile(() => sent < before);
        const restarted = server.kill().then(async () => server.restart());
        await sendWhile(() => a.cluster.status.state !== "isolated");
        await restarted;
        await sendWhile(() => [a, b].some(({ cluster }) => cluster.status.state !== "up"));
        const until = sent + 2000;
        await sendWhile(() => sent < until);
        const counted = (): number =>
          b.got.get("b0")!.length + b.cluster.status.dropped.lost + a.cluster.status.dropped.engineDown;
        await expect.poll(counted, patience).toBe(sent);
        expect(a.cluster.status.dropped.engineDown).toBeGreaterThan(0);
        const numbers = b.got.get("b0")!.map(Number);
        expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
        expect(new Set(numbers).size).toBe(numbers.length);
      },
    );
  });
}
