// Front: how many members the rooms and routes of other nodes have, where those nodes announce numbers only.

/** Channels name a room (`r:lobby`) or a route (`p:/ws/chat`). */
export class PeerCounts {
  /** The sums over all nodes. Only the methods below change it. */
  readonly totals: ReadonlyMap<string, number>;
  readonly #totals = new Map<string, number>();
  readonly #nodes = new Map<string, Map<string, number>>();
  readonly #onChange: (node: string, channel: string, by: number) => void;

  /** `onChange` is called after each change, with the difference. */
  constructor(onChange: (node: string, channel: string, by: number) => void) {
    this.totals = this.#totals;
    this.#onChange = onChange;
  }

  set(node: string, channel: string, count: number): void {
    const counts = this.#nodes.get(node) ?? new Map<string, number>();
    this.#nodes.set(node, counts);
    const by = count - (counts.get(channel) ?? 0);
    if (count > 0) counts.set(channel, count);
    else counts.delete(channel);
    const total = (this.#totals.get(channel) ?? 0) + by;
    if (total > 0) this.#totals.set(channel, total);
    else this.#totals.delete(channel);
    if (by !== 0) this.#onChange(node, channel, by);
  }

  /** The numbers of a node are these: only what differs changes. */
  replace(node: string, counts: ReadonlyMap<string, number>): void {
    for (const channel of [...(this.#nodes.get(node)?.keys() ?? [])])
      if (!counts.has(channel)) this.set(node, channel, 0);
    for (const [channel, count] of counts) this.set(node, channel, count);
  }

  removeNode(node: string): void {
    this.replace(node, new Map());
    this.#nodes.delete(node);
  }
}
