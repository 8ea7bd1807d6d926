import { afterEach, describe, expect, test } from "vitest";
import type { Backplane } from "../../src/cluster/backplane/backplane.ts";
import { TestNode } from "./support/test-node.ts";

/** What the suite needs of one kind of backplane. */
export interface BackplaneKind {
  readonly name: string;
  readonly skip: boolean;
  /** Makes the backplane of one more node of the same cluster. */
  make(timing: { readonly heartbeat: number; readonly lease: number }): Promise<Backplane>;
}

const TIMING = { heartbeat: 100, lease: 600 };
/** For tests that keep the process so busy that a short lease ends. */
const LONG = { heartbeat: 100, lease: 5000 };
const patience = { timeout: 15_000, interval: 10 };

/** What all backplanes must do. */
export function backplaneSuite({ name, skip, make }: BackplaneKind): void {
  describe.skipIf(skip)(`a cluster by ${name}`, () => {
    const nodes: TestNode[] = [];

    const node = async (timing = TIMING): Promise<TestNode> => {
      const made = new TestNode(await make(timing), timing);
      await made.cluster.join();
      nodes.push(made);
      return made;
    };
    const equal = async (...some: TestNode[]): Promise<void> => {
      await expect.poll(() => new Set(some.map((each) => each.digest())).size, patience).toBe(1);
    };

    afterEach(async () => {
      await Promise.all(nodes.splice(0).map(async ({ cluster }) => cluster.leave()));
    });

    test("a session and its rooms are seen by all nodes, and so is their end", async () => {
      const [a, b] = [await node(), await node()];
      a.connect("s1");
      a.join("s1", "lobby");
      b.connect("s2");
      b.join("s2", "lobby");
      await equal(a, b);
      expect(b.memberCount("lobby")).toBe(2);
      a.leave("s1", "lobby");
      await expect.poll(() => b.memberCount("lobby"), patience).toBe(1);
      a.end("s1");
      await expect.poll(() => b.size(), patience).toBe(1);
      expect(b.digest()).toBe("s2 open lobby");
    });

    test("a new node gets all that is there, however much it is", async () => {
      const a = await node(LONG);
      for (let at = 0; at < 1300; at += 1) {
        a.connect(`s${at}`);
        a.join(`s${at}`, `room ${at % 7} ✓`);
      }
      const b = await node(LONG);
      await equal(a, b);
      expect(b.size()).toBe(1300);
    });

    test("a new node gets sessions in as many rooms with long names as may be", async () => {
      const [a, c] = [await node(LONG), await node(LONG)];
      const rooms = Array.from({ length: 128 }, (_, at) => `${at} `.padEnd(250, '"'));
      for (let at = 0; at < 20; at += 1) {
        a.connect(`s${at}`);
        for (const room of rooms) a.join(`s${at}`, room);
      }
      await equal(a, c);
      const b = await node(LONG);
      await equal(a, b);
      expect(b.memberCount(rooms[127]!)).toBe(20);
    });

    test("a room whose name has thousands of bytes is one like others", async () => {
      const [a, b] = [await node(LONG), await node(LONG)];
      const room = "ü".repeat(2500);
      for (const [each, id] of [
        [a, "s1"],
        [b, "s2"],
      ] as const) {
        each.connect(id);
        each.join(id, room);
        each.join(id, `${room}!`);
      }
      await equal(a, b);
      a.broadcast(room, "hello");
      a.broadcast(`${room}!`, "hello again");
      await expect.poll(() => b.got.get("s2"), patience).toEqual(["hello", "hello again"]);
    });

    test("a broadcast reaches the members on all nodes once, and no others", async () => {
      const [a, b, c] = [await node(), await node(), await node()];
      for (const [each, id] of [
        [a, "a1"],
        [b, "b1"],
        [b, "b2"],
        [c, "c1"],
      ] as const) {
        each.connect(id);
        if (id !== "c1") each.join(id, "news");
      }
      await equal(a, b, c);
      a.broadcast("news", "text ✓");
      a.broadcast("news", new Uint8Array([0, 255, 7]));
      a.broadcast("news", "not to b1", "b1");
      a.broadcast("news", "not to a1", "a1");
      await expect.poll(() => b.got.get("b2")?.length, patience).toBe(4);
      const bytes = new Uint8Array([0, 255, 7]);
      expect(a.got.get("a1")).toEqual(["text ✓", bytes, "not to b1"]);
      expect(b.got.get("b1")).toEqual(["text ✓", bytes, "not to a1"]);
      expect(b.got.get("b2")).toEqual(["text ✓", bytes, "not to b1", "not to a1"]);
      expect(c.got.get("c1")).toEqual([]);
    });

    test("a message to a route reaches its sessions on all nodes", async () => {
      const [a, b] = [await node(), await node()];
      a.connect("a1");
      b.connect("b1");
      await equal(a, b);
      b.publish("/ws/chat", "to all");
      await expect.poll(() => a.got.get("a1"), patience).toEqual(["to all"]);
      expect(b.got.get("b1")).toEqual(["to all"]);
    });

    test("a session of another node can be sent to and closed by its id", async () => {
      const [a, b] = [await node(), await node()];
      b.connect("b1");
      await equal(a, b);
      a.send("b1", "direct");
      a.send("b1", new Uint8Array([1]));
      a.close("b1", 4001, "go");
      await expect.poll(() => b.closes, patience).toEqual(["b1 4001 go"]);
      expect(b.got.get("b1")).toEqual(["direct", new Uint8Array([1])]);
      await expect.poll(() => a.digest(), patience).toBe("b1 closing ");
    });

    test("the options of a message travel with it, and a message without has none", async () => {
      const [a, b] = [await node(), await node()];
      b.connect("b1");
      b.join("b1", "r");
      await equal(a, b);
      a.broadcast("r", "position", undefined, { key: "p7", slow: "latest" });
      a.publish("/ws/chat", "news", { key: null, slow: "drop-oldest" });
      a.send("b1", "own", { key: "me", slow: null });
      a.send("b1", "plain");
      await expect.poll(() => b.got.get("b1")?.length, patience).toBe(4);
      expect(b.options).toEqual(
        expect.arrayContaining([
          { key: "p7", slow: "latest" },
          { key: null, slow: "drop-oldest" },
          { key: "me", slow: null },
        ]),
      );
      expect(b.options).toHaveLength(3);
    });

    test("messages of one node to one room arrive in order, across turns and frames", async () => {
      const [a, b] = [await node(), await node()];
      b.connect("b1");
      b.join("b1", "r");
      await equal(a, b);
      const sent = Array.from({ length: 3000 }, (_, at) => `${at}`);
      for (const [at, text] of sent.entries()) {
        a.broadcast("r", text);
        if (at % 500 === 0) await new Promise(setImmediate);
      }
      await expect.poll(() => b.got.get("b1")?.length, patience).toBe(3000);
      expect(b.got.get("b1")).toEqual(sent);
      expect(b.cluster.status.dropped.lost).toBe(0);
    });

    test("a node that leaves is gone before its lease has ended", async () => {
      const [a, b] = [await node(), await node()];
      b.connect("b1");
      await equal(a, b);
      expect(a.cluster.status.nodes).toBe(2);
      await nodes.pop()!.cluster.leave();
      await expect.poll(() => a.digest(), { ...patience, timeout: TIMING.lease }).toBe("");
      expect(a.cluster.status.nodes).toBe(1);
    });

    test("a question to a node that leaves is refused before its time is over", async () => {
      const [a, b] = [await node(), await node()];
      await expect.poll(() => a.cluster.others.map(({ node: id }) => id), patience).toEqual([b.id]);
      b.cluster.calls.serve(() => new Promise(() => undefined));
      const asked = a.cluster.calls.ask(b.id, { what: "reload", within: 600_000 });
      await Promise.all([
        expect(asked).rejects.toThrow("it has left the cluster"),
        nodes.pop()!.cluster.leave(),
      ]);
    });

    test("one node gets the run of a job, and a later run only when that one has ended or its node is gone", async () => {
      const [a, b] = [await node(), await node()];
      a.connect("s");
      await equal(a, b);
      const claims = async (due: number): Promise<string[]> =>
        (await Promise.all([a, b].map(async ({ cluster }) => cluster.jobs.claim("cron x", due)))).toSorted();
      expect(await claims(1000)).toEqual(["mine", "other"]);
      expect(await claims(1000)).not.toContain("running");
    });

    test("an outbound connection is on one of the nodes that ask for it, and on the next one when that leaves", async () => {
      const [a, b, c] = [await node(), await node(), await node()];
      await equal(a, b, c);
      const holders = (): TestNode[] => nodes.filter(({ had }) => had.has("feed"));
      const asked = new Map([a, b].map((each) => [each, each.ask("feed")]));
      await expect.poll(holders, patience).toHaveLength(1);
      const first = holders()[0]!;
      const second = first === a ? b : a;
      expect(c.had.size).toBe(0);
      first.had.delete("feed");
      asked.get(first)!.release();
      await expect.poll(holders, patience).toEqual([second]);
      first.ask("feed");
      first.ask("other");
      await expect.poll(() => first.had.has("other"), patience).toBe(true);
      expect(holders()).toEqual([second]);
      nodes.splice(nodes.indexOf(second), 1);
      await second.cluster.leave();
      expect(second.had.size).toBe(0);
      await expect.poll(holders, patience).toEqual([first]);
    });

    test("a node asks another one, which replies, refuses, or is not waited for", async () => {
      const [a, b] = [await node(), await node()];
      await expect.poll(() => a.cluster.others.map(({ node: id }) => id), patience).toEqual([b.id]);
      const ask = async (what: string, argument?: unknown, within = 10_000): Promise<unknown> =>
        a.cluster.calls.ask(b.id, { what, argument, within });
      await expect(ask("early")).rejects.toThrow("takes no questions yet");
      b.cluster.calls.serve((what, argument) => {
        if (what === "throw") throw new Error("not today");
        if (what === "never") return new Promise(() => undefined);
        if (what === "long") return "x".repeat(2 ** 21);
        return { what, argument, from: "b ✓" };
      });
      expect(await ask("info", [1, null])).toEqual({ what: "info", argument: [1, null], from: "b ✓" });
      await expect(ask("throw")).rejects.toThrow("not today");
      await expect(ask("never", null, 50)).rejects.toThrow("no reply within 50 ms");
      await expect(ask("long")).rejects.toThrow("too long");
      const many = await Promise.allSettled(Array.from({ length: 40 }, async () => ask("never", null, 200)));
      expect(
        many.some(
          ({ status, ...rest }) => status === "rejected" && String(Object.values(rest)[0]).includes("busy"),
        ),
      ).toBe(true);
      await expect(a.cluster.calls.ask("n0ne", { what: "info", within: 50 })).rejects.toThrow(
        "no reply within",
      );
    });

    test("nodes agree after random joins, leaves, connects and ends", async () => {
      const all = [await node(), await node(), await node()];
      let seed = 7;
      const random = (below: number): number => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return seed % below;
      };
      const alive = all.map(() => new Set<string>());
      for (let step = 0; step < 6000; step += 1) {
        const at = random(3);
        const [each, own] = [all[at]!, alive[at]!];
        const id = `${at}-${random(60)}`;
        if (!own.has(id)) {
          own.add(id);
          each.connect(id);
        } else if (random(10) === 0) {
          own.delete(id);
          each.end(id);
        } else if (random(2) === 0) each.join(id, `room ${random(9)}`);
        else each.leave(id, `room ${random(9)}`);
        if (step % 100 === 0) await new Promise(setImmediate);
      }
      await equal(...all);
      expect(all[0]!.size()).toBe(alive.reduce((sum, { size }) => sum + size, 0));
    });
  });
}
