// Front: what a host's programs hold, such as paths and ports, over a restart of the host.

/**
 * When an incarnation of a host is over, its leases expire. The next incarnation renews what it asks for again; the
 * rest is removed after a while. So a path or a port does not vanish while its program restarts.
 */
export class Leases<Key, Value> {
  readonly #onRemoved: (keys: readonly Key[]) => void;
  /** In the order in which their keys were first set. */
  readonly all: ReadonlyMap<Key, Lease<Value>>;
  readonly #leases = new Map<Key, Lease<Value>>();

  constructor(onRemoved: (keys: readonly Key[]) => void) {
    this.#onRemoved = onRemoved;
    this.all = this.#leases;
  }

  /** Adds a lease, or renews it. */
  set(key: Key, slot: number, value: Value): void {
    this.#leases.set(key, { slot, value, isExpired: false });
  }

  /** An incarnation of the host is over. */
  expire(slot: number): void {
    for (const [key, lease] of this.#leases) {
      if (lease.slot === slot) this.#leases.set(key, { ...lease, isExpired: true });
    }
  }

  remove(key: Key): void {
    this.#removeWhere((candidate) => candidate === key);
  }

  /** Removes what the host's next incarnation has not asked for again. */
  removeExpired(slot: number): void {
    this.#removeWhere((_key, lease) => lease.slot === slot && lease.isExpired);
  }

  /** The host is gone for good. */
  removeSlot(slot: number): void {
    this.#removeWhere((_key, lease) => lease.slot === slot);
  }

  clear(): void {
    this.#removeWhere(() => true);
  }

  #removeWhere(isOver: (key: Key, lease: Lease<Value>) => boolean): void {
    const keys = [...this.#leases].filter(([key, lease]) => isOver(key, lease)).map(([key]) => key);
    if (keys.length === 0) return;
    for (const key of keys) this.#leases.delete(key);
    this.#onRemoved(keys);
  }
}

/** A thing that a host holds. */
export interface Lease<Value> {
  readonly slot: number;
  readonly value: Value;
  /** The incarnation that asked for it is over, and the next has not asked for it again. */
  readonly isExpired: boolean;
}
