// Host: what the watch thread does in a turn: looks at every host, and at the turns of the server.
import { isAtWork } from "../../boundary/host.ts";
import { ProcessLook } from "./process-look.ts";
import { ServerTurns } from "./server-turns.ts";
import { StandCount } from "./stand-count.ts";
import { ThreadLook, type Look } from "./thread-look.ts";
import { PLACE, SIGNALS, type WatchedPlace, type WatchReport } from "./watch-messages.ts";

/**
 * It allocates nothing and opens nothing in a turn in which all is well: it works when the server has no memory, no
 * descriptors and no time left. It decides nothing about a host: the front does, which knows why the host stands still.
 */
export class WatchTurns {
  readonly #signals: Int32Array;
  readonly #listener: WatchTurnsListener;
  readonly #places: Place[] = [];
  readonly #server = new ServerTurns();
  /** Whether no host had anything to do in the last turn. */
  isAtRest = true;

  constructor(signals: Int32Array, listener: WatchTurnsListener) {
    this.#signals = signals;
    this.#listener = listener;
  }

  add(place: WatchedPlace): void {
    this.#places.push(new Place(place));
  }

  remove(id: number): void {
    const at = this.#places.findIndex((place) => place.id === id);
    if (at >= 0) this.#places.splice(at, 1)[0]?.look.close();
  }

  /** `ms` have passed, or less. */
  turn(ms: number): void {
    const isDebugged = Atomics.load(this.#signals, SIGNALS.debugged) === 1;
    if (isDebugged) this.#server.rest();
    else this.#server.turn(Atomics.load(this.#signals, SIGNALS.serverTurns), ms);
    if (this.#server.hasStood(Atomics.load(this.#signals, SIGNALS.standLimit)))
      this.#listener.onServerStands();
    this.isAtRest = true;
    // By index: an iterator would be an object for each turn.
    for (let at = 0; at < this.#places.length; at += 1) this.#watch(this.#places[at]!, isDebugged ? 0 : ms);
  }

  #watch(place: Place, ms: number): void {
    const { id, limits } = place;
    const stood = place.turn(ms, this.#server.isTurning);
    if (!place.isAtRest) this.isAtRest = false;
    if (place.hasLeft) return;
    if (limits.hangLimit > 0 && stood >= limits.hangLimit)
      this.#listener.onReport({ id, kind: "stands", value: stood });
    const { usedBytes } = place.look;
    if (usedBytes > limits.memoryLimit) this.#listener.onReport({ id, kind: "memory", value: usedBytes });
  }
}

export interface WatchTurnsListener {
  /** A host stands still, or uses too much memory. Repeated each turn while it does. */
  onReport(report: WatchReport): void;
  /** The server has stood still for too long. */
  onServerStands(): void;
}

/** A host, as the watch knows it. */
class Place {
  readonly id: number;
  readonly limits: Pick<WatchedPlace, "hangLimit" | "memoryLimit">;
  readonly look: Look;
  readonly #cells: Int32Array;
  readonly #count = new StandCount();
  isAtRest = true;
  /** One object for all turns. */
  readonly #now = { progress: 0, isWorking: false, isAwaited: false };

  constructor(place: WatchedPlace) {
    this.id = place.id;
    this.limits = place;
    this.#cells = new Int32Array(place.cells);
    this.look = "pid" in place.source ? new ProcessLook(place.source) : new ThreadLook(place.source);
  }

  /** Looked at after reading, too: the descriptor of a closed file may belong to another file by then. */
  get hasLeft(): boolean {
    return Atomics.load(this.#cells, PLACE.left) === 1;
  }

  turn(ms: number, isServerTurning: boolean): number {
    if (this.hasLeft) return 0;
    const now = this.#now;
    const isAwaited = Atomics.load(this.#cells, PLACE.awaited) === 1;
    this.look.refresh(isAwaited);
    const { record, isGone, usedBytes } = this.look;
    Atomics.store(this.#cells, PLACE.usedKib, usedBytes / 1024);
    this.isAtRest = !isAwaited && record.isIdle;
    if (this.isAtRest) return this.#count.rest(record.progress);
    // The front does not wait for a host that waits for it.
    now.isAwaited = isAwaited && !isGone && record.currentPhase !== "waiting";
    now.progress = record.progress;
    now.isWorking = isAtWork(record.currentPhase) && !isGone;
    return this.#count.turn(now, ms, isServerTurning);
  }
}
