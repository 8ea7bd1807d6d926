// Host: the watch over all hosts of this process, on the server's side: starts its thread, and passes its reports on.
import { url as inspectorUrl } from "node:inspector";
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { entryFile } from "../../entry-file.ts";
import { HostPlace, type PlaceListener, type PlaceSettings } from "./host-place.ts";
import {
  SIGNAL_BYTES,
  SIGNALS,
  type WatchInit,
  type WatchOrder,
  type WatchReport,
} from "./watch-messages.ts";

/** One thread watches all hosts. It runs while a server holds it, or a host is watched. */
export class Watch {
  readonly #signals = new Int32Array(new SharedArrayBuffer(SIGNAL_BYTES));
  readonly #places = new Map<number, HostPlace>();
  readonly #turns: TurnTimer;
  #thread: WatchThread | null = null;
  #lastLine = "";
  #holders = 0;
  #lastId = 0;

  constructor() {
    this.#turns = new TurnTimer(this.#signals, this.#places);
  }

  /** Keeps the thread running until the function that it returns is called, so that hosts find it started. */
  hold(): () => void {
    this.#holders += 1;
    this.#start();
    let isHeld = true;
    return () => {
      if (isHeld) this.#release();
      isHeld = false;
    };
  }

  /** Watches a host until it leaves its place. */
  add(settings: PlaceSettings, listener: PlaceListener): HostPlace {
    const id = (this.#lastId += 1);
    const release = this.hold();
    const place = new HostPlace(id, { settings, listener }, () => {
      this.#places.delete(id);
      this.#post({ kind: "remove", id });
      release();
    });
    this.#places.set(id, place);
    this.#post({ kind: "add", place: place.watched });
    return place;
  }

  /**
   * Ends this process when its loop stands still for `limit` ms, with a last line on the standard error stream. Returns
   * the function that ends this.
   */
  guardServer(limit: number, lastLine: string): () => void {
    const release = this.hold();
    this.#lastLine = lastLine;
    this.#post({ kind: "lastLine", text: lastLine });
    Atomics.store(this.#signals, SIGNALS.standLimit, limit);
    return () => {
      Atomics.store(this.#signals, SIGNALS.standLimit, 0);
      release();
    };
  }

  #start(): void {
    this.#turns.start();
    if (this.#thread !== null) return;
    this.#thread = new WatchThread(this.#signals.buffer, {
      onReport: ({ id, kind, value }) => this.#places.get(id)?.report(kind, value),
      onLost: this.#startAgain,
    });
  }

  // Whatever has ended the thread: no host may be without its watch for long.
  readonly #startAgain = (): void => {
    this.#thread = null;
    if (this.#holders === 0) return;
    setTimeout(() => {
      if (this.#holders === 0 || this.#thread !== null) return;
      this.#start();
      this.#post({ kind: "lastLine", text: this.#lastLine });
      for (const { watched } of this.#places.values()) this.#post({ kind: "add", place: watched });
    }, START_AGAIN).unref();
  };

  #post(order: WatchOrder): void {
    this.#thread?.port.postMessage(order);
    Atomics.add(this.#signals, SIGNALS.orders, 1);
  }

  // The next server, or the next host, often comes soon.
  #release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) setTimeout(this.#endIfFree, ENDS_AFTER).unref();
  }

  readonly #endIfFree = (): void => {
    if (this.#holders > 0) return;
    this.#turns.stop();
    this.#thread?.end();
    this.#thread = null;
  };
}

/** The pause before the thread is started again, ms. */
const START_AGAIN = 500;

/** The thread ends when nothing has needed it for this long, ms. */
const ENDS_AFTER = 1000;

/** How often the server shows that its loop turns, ms. */
const TURN_EVERY = 100;

/** The server's thread shows that its loop turns, and looks at the hosts' memory. */
class TurnTimer {
  readonly #signals: Int32Array;
  readonly #places: ReadonlyMap<number, HostPlace>;
  #timer: NodeJS.Timeout | null = null;

  constructor(signals: Int32Array, places: ReadonlyMap<number, HostPlace>) {
    this.#signals = signals;
    this.#places = places;
  }

  start(): void {
    this.#timer ??= setInterval(this.#beat, TURN_EVERY).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  readonly #beat = (): void => {
    Atomics.add(this.#signals, SIGNALS.serverTurns, 1);
    Atomics.store(this.#signals, SIGNALS.debugged, inspectorUrl() === undefined ? 0 : 1);
    for (const place of this.#places.values()) place.listener.onBeat?.();
  };
}

/** The thread and its port. */
class WatchThread {
  readonly #worker: Worker;
  /** Takes a `WatchOrder`. */
  readonly port: MessagePort;
  readonly #listener: WatchThreadListener;
  #isOver = false;

  constructor(signals: SharedArrayBuffer, listener: WatchThreadListener) {
    this.#listener = listener;
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.#worker = startWorker({ signals, port: port2 });
    this.#worker.unref();
    // An error is followed by the exit.
    this.#worker.on("error", () => undefined);
    this.#worker.on("exit", this.#onExit);
    port1.on("message", listener.onReport);
    port1.unref();
  }

  end(): void {
    this.#isOver = true;
    this.port.close();
    void this.#worker.terminate();
  }

  readonly #onExit = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.port.close();
    this.#listener.onLost();
  };
}

interface WatchThreadListener {
  readonly onReport: (report: WatchReport) => void;
  readonly onLost: () => void;
}

function startWorker(init: WatchInit): Worker {
  return new Worker(entryFile("watch-entry"), {
    workerData: init,
    transferList: [init.port],
    name: "watch",
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 },
  });
}

/** The watch of this process: servers in one process share it. */
export const watch = new Watch();
