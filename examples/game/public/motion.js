// Three ticks at 30 per second: one may be late and the picture still moves evenly.
const BEHIND_MS = 100;

/** Interpolates positions between two snapshots. It shows the world slightly in the past, so that both are known. */
export class Motion {
  #snapshots = [];
  #offset = Infinity;

  add(t, players, now) {
    // The snapshot with the smallest delay gives the best clock offset; the slow rise follows clocks that drift.
    this.#offset = Math.min(now - t, this.#offset + 0.5);
    if (t <= (this.#snapshots.at(-1)?.t ?? -1)) this.reset(now - t);
    this.#snapshots.push({ t, players: new Map(players.map(([n, x, y, score]) => [n, { x, y, score }])) });
    while (this.#snapshots.length > 30) this.#snapshots.shift();
  }

  reset(offset = Infinity) {
    this.#snapshots = [];
    this.#offset = offset;
  }

  /** The latest snapshot, for values that are not interpolated. */
  get latest() {
    return this.#snapshots.at(-1)?.players ?? new Map();
  }

  /** The positions of all players at a time of `performance.now()`. */
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
