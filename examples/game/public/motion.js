// Three ticks at 30 per second: one may be late and the picture still moves evenly.
const BEHIND_MS = 100;

/** Snapshots in, positions between two snapshots out. It shows the world a little in the past, so that there are two. */
export class Motion {
  #snapshots = [];
  #offset = Infinity;

  add(t, players, now) {
    // The quickest snapshot tells the clocks apart best; the slow rise follows clocks that drift.
    this.#offset = Math.min(now - t, this.#offset + 0.5);
    if (t <= (this.#snapshots.at(-1)?.t ?? -1)) this.reset(now - t);
    this.#snapshots.push({ t, players: new Map(players.map(([n, x, y, score]) => [n, { x, y, score }])) });
    while (this.#snapshots.length > 30) this.#snapshots.shift();
  }

  reset(offset = Infinity) {
    this.#snapshots = [];
    this.#offset = offset;
  }

  /** The latest snapshot, for what does not move. */
  get latest() {
    return this.#snapshots.at(-1)?.players ?? new Map();
  }

  /** Where everybody is at a moment of `performance.now()`. */
  positions(now) {
    const t = now - this.#offset - BEHIND_MS;
    const next = this.#snapshots.findIndex((snapshot) => snapshot.t > t);
    if (next < 1) return this.#still(next);
    const [a, b] = [this.#snapshots[next - 1], this.#snapshots[next]];
    const share = (t - a.t) / (b.t - a.t);
    return [...b.players].map(([n, to]) => {
      const from = a.players.get(n) ?? to;
      return {
        n,
        x: from.x + (to.x - from.x) * share,
        y: from.y + (to.y - from.y) * share,
        dx: to.x - from.x,
        dy: to.y - from.y,
      };
    });
  }

  #still(next) {
    const snapshot = next === 0 ? this.#snapshots[0] : this.#snapshots.at(-1);
    return [...(snapshot?.players ?? [])].map(([n, { x, y }]) => ({ n, x, y, dx: 0, dy: 0 }));
  }
}
