import { expect } from "vitest";
import type { Client } from "../../support/client.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import type { RealNode } from "./real-cluster.ts";

const patience = { timeout: 2 * PATIENCE_MS, interval: 20 };
let streams = 0;

/** Numbered messages of the first node to a room with one member on each other node. */
export class Stream {
  readonly #room = `stream ${(streams += 1)}`.replace(" ", "-");
  readonly #origin: RealNode;
  readonly #others: readonly Member[];
  readonly #clients: Client[] = [];
  #before: readonly number[] = [];
  #sender: Client | null = null;
  #sent = 0;

  private constructor([origin, ...others]: readonly RealNode[]) {
    this.#origin = origin!;
    this.#others = others.map((node) => ({ node, got: [] }));
  }

  static async open(nodes: readonly RealNode[]): Promise<Stream> {
    const stream = new Stream(nodes);
    for (const member of stream.#others) await stream.#join(member);
    await expect.poll(async () => stream.#seenByOrigin(), patience).toBe(true);
    stream.#before = await stream.#counted();
    return stream;
  }

  /** Sends some messages every millisecond until it is stopped. */
  async start(each = 5, size = 0): Promise<void> {
    this.#sender = await this.#client(this.#origin);
    this.#sender.send(`flood ${this.#room} ${each} ${size}`);
    await this.isUnderWay();
  }

  async stop(): Promise<void> {
    this.#sender!.send("stop");
    this.#sent = Number(String(await this.#sender!.next()).split(" ")[1]);
  }

  /** Resolves when each member has received more messages. */
  async isUnderWay(): Promise<void> {
    const from = this.got;
    await expect.poll(() => this.got.every((count, at) => count > from[at]! + 100), patience).toBe(true);
  }

  /** Each message was received, in order and once, or is counted as lost. */
  async isComplete(): Promise<void> {
    const sums = async (): Promise<number[]> => {
      const counted = await this.#counted();
      return this.#others.map(({ got }, at) => got.length + counted[at]! - this.#before[at]!);
    };
    await expect.poll(sums, patience).toEqual(this.#others.map(() => this.#sent));
    for (const { got } of this.#others) expect(got).toEqual(inOrder(got));
  }

  close(): void {
    for (const client of this.#clients) client.terminate();
  }

  async #join(member: Member): Promise<void> {
    const client = await this.#client(member.node);
    client.send(`join ${this.#room}`);
    await client.next();
    client.socket.on("message", (data: Buffer) => member.got.push(Number.parseInt(data.toString())));
  }

  async #client(node: RealNode): Promise<Client> {
    const client = await node.dial();
    this.#clients.push(client);
    return client;
  }

  async #seenByOrigin(): Promise<boolean> {
    const { members } = await this.#origin.state(`?room=${this.#room}`);
    return members === this.#others.length;
  }

  // What a member's node counts as lost, and what the origin could not send to any node.
  async #counted(): Promise<number[]> {
    const origin = (await this.#origin.state()).cluster.dropped["engineDown"]!;
    const states = await Promise.all(this.#others.map(async ({ node }) => node.state()));
    return states.map(({ cluster }) => cluster.dropped["lost"]! + origin);
  }

  /** As `isComplete`, of two streams whose receivers have nodes in common: their losses are in one count. */
  async isCompleteWith(other: Stream): Promise<void> {
    const nodes = new Set(
      [this, other].flatMap((stream) => [stream.#origin, ...stream.#others.map(({ node }) => node)]),
    );
    const sum = async (): Promise<number> => {
      const states = await Promise.all([...nodes].map(async (node) => node.state()));
      const lost = states.reduce((all, { cluster }) => all + cluster.dropped["lost"]!, 0);
      const unsent = [this, other].map(async (stream) => {
        return (await stream.#origin.state()).cluster.dropped["engineDown"]! * stream.#others.length;
      });
      const got = [...this.got, ...other.got].reduce((all, count) => all + count, 0);
      return (await Promise.all(unsent)).reduce((all, count) => all + count, lost + got);
    };
    const sent = this.#sent * this.#others.length + other.#sent * other.#others.length;
    await expect.poll(sum, patience).toBe(sent);
    for (const got of [this, other].flatMap((stream) => stream.#others.map((member) => member.got)))
      expect(got).toEqual(inOrder(got));
  }

  /** How many messages the members have received. */
  get got(): number[] {
    return this.#others.map(({ got }) => got.length);
  }
}

interface Member {
  readonly node: RealNode;
  readonly got: number[];
}

function inOrder(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].toSorted((one, other) => one - other);
}
