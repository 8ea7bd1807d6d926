// Host: the watch thread: turns for as long as the server lives, whatever the server does.
import { constants, openSync, writeSync } from "node:fs";
import { receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads";
import { SIGNALS, type WatchInit, type WatchOrder } from "./watch-messages.ts";
import { WatchTurns } from "./watch-turns.ts";

/** Never returns: this thread has no event loop and no timer. */
export function runWatch(): never {
  const { signals: memory, port } = workerData as WatchInit;
  const signals = new Int32Array(memory);
  const last = new LastWords();
  const turns = new WatchTurns(signals, {
    onReport: (report) => port.postMessage(report),
    onServerStands: () => last.end(),
  });
  let orders = 0;
  for (let before = performance.now(); ;) {
    const length = turns.isAtRest ? REST_TURN : TURN;
    sleep(length);
    const posted = Atomics.load(signals, SIGNALS.orders);
    if (posted !== orders) take(port, turns, last);
    orders = posted;
    const now = performance.now();
    turns.turn(Math.min(now - before, length));
    before = now;
  }
}

/**
 * The length of a turn, ms. On a busy machine it takes longer, and so does what a host has to do: no more than this is
 * counted.
 */
const TURN = 50;

/** The length of a turn while no host has anything to do, ms. */
const REST_TURN = 100;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

function sleep(ms: number): void {
  Atomics.wait(sleeper, 0, 0, ms);
}

function take(port: MessagePort, turns: WatchTurns, last: LastWords): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    const order = next.message as WatchOrder;
    if (order.kind === "add") turns.add(order.place);
    else if (order.kind === "remove") turns.remove(order.id);
    else last.text = order.text;
  }
}

/** Writes the last line of a server that stands still, and ends its process. */
class LastWords {
  text = "";
  readonly #file = openWithoutWaiting();

  end(): never {
    try {
      writeSync(this.#file, `${this.text}\n`);
    } catch {
      // Without a reader the line is lost; the process ends all the same.
    }
    process.kill(process.pid, "SIGKILL");
    for (;;) sleep(TURN);
  }
}

const STDERR = 2;

// A pipe without a reader would block this thread for ever. A socket cannot be opened again; it is used as it is.
function openWithoutWaiting(): number {
  try {
    return openSync("/proc/self/fd/2", constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
  } catch {
    return STDERR;
  }
}
