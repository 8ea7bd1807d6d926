// Host: the place of one host in the watch, on the server's side.
import { PLACE, PLACE_BYTES, type WatchedPlace, type WatchReport } from "./watch-messages.ts";

/** It belongs to one incarnation, which leaves it when it ends. */
export class HostPlace {
  /** What the watch thread is given. */
  readonly watched: WatchedPlace;
  readonly #cells = new Int32Array(new SharedArrayBuffer(PLACE_BYTES));
  readonly listener: PlaceListener;
  readonly #onLeft: () => void;

  constructor(id: number, { settings, listener }: PlaceParts, onLeft: () => void) {
    this.watched = { ...settings, id, cells: this.#cells.buffer };
    this.listener = listener;
    this.#onLeft = onLeft;
  }

  get #hasLeft(): boolean {
    return Atomics.load(this.#cells, PLACE.left) === 1;
  }

  /** Bytes of memory that the host uses; 0 while it is not known. */
  get usedBytes(): number {
    return Atomics.load(this.#cells, PLACE.usedKib) * 1024;
  }

  /** Whether the front waits for the host. */
  expect(isAwaited: boolean): void {
    Atomics.store(this.#cells, PLACE.awaited, isAwaited ? 1 : 0);
  }

  /** The host has ended. From here on the watch reads nothing of it: its files may be closed. */
  leave(): void {
    if (Atomics.exchange(this.#cells, PLACE.left, 1) === 0) this.#onLeft();
  }

  report(kind: WatchReport["kind"], value: number): void {
    if (this.#hasLeft) return;
    if (kind === "stands") this.listener.onStands?.(value);
    else this.listener.onMemory(value);
  }
}

/** What is watched of a host. */
export type PlaceSettings = Omit<WatchedPlace, "id" | "cells">;

/** What the watch reports about a host. */
export interface PlaceListener {
  /** It works or is awaited, and has made no progress for this long, ms. */
  readonly onStands: ((ms: number) => void) | undefined;
  /** It uses this many bytes, which is more than its limit. */
  readonly onMemory: (bytes: number) => void;
  /** The server's loop turns. Several times a second. */
  readonly onBeat?: () => void;
}

interface PlaceParts {
  readonly settings: PlaceSettings;
  readonly listener: PlaceListener;
}
