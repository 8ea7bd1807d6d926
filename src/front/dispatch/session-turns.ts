// Front: events that wait, in a queue for each session: the queues take turns, and each keeps its order.
import type { ScriptEvent } from "../../boundary/events.ts";

/** One client that sends without pause delays the events of another by one event, not by all of its own. */
export class SessionTurns {
  readonly #queues = new Map<number, TurnQueue>();
  /** The queues in their turns, from `#next` on; null where a turn is over. */
  #turns: (TurnQueue | null)[] = [];
  #next = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(event: ScriptEvent): void {
    const key = queueOf(event);
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = { key, events: [], head: 0 };
      this.#queues.set(key, queue);
      this.#turns.push(queue);
    }
    queue.events.push(event);
    this.#size += 1;
  }

  /** The event whose turn it is; undefined when none waits. */
  shift(): ScriptEvent | undefined {
    const queue = this.#turns[this.#next];
    if (queue === undefined || queue === null) return undefined;
    const event = takeFirst(queue);
    this.#size -= 1;
    this.#turns[this.#next] = null;
    this.#next += 1;
    if (queue.head === queue.events.length) this.#queues.delete(queue.key);
    else this.#turns.push(queue);
    if (this.#size === 0 || this.#next > COMPACT_AT) this.#compact();
    return event;
  }

  /** All events, queue by queue. */
  takeAll(): ScriptEvent[] {
    const all = (this.#turns.slice(this.#next) as TurnQueue[]).flatMap(waitingOf);
    this.#queues.clear();
    this.#turns = [];
    this.#next = this.#size = 0;
    return all;
  }

  #compact(): void {
    this.#turns = this.#turns.slice(this.#next);
    this.#next = 0;
  }
}

/** The events of one session, or of one request. */
interface TurnQueue {
  readonly key: number;
  /** From `head` on; null where one was taken, which may be large and must not be kept. */
  events: (ScriptEvent | null)[];
  head: number;
}

const COMPACT_AT = 1024;

/** Sessions, requests and clients are numbered apart: each has its own of these. */
const [SESSION, REQUEST, CLIENT, OTHER] = [0, 1, 2, 3];
const KINDS = 4;

// What belongs together stays in order: the events of a session, a request and its abort.
function queueOf(event: ScriptEvent): number {
  if ("session" in event) return event.session * KINDS + SESSION;
  if (event.kind === "request") return event.head.request * KINDS + REQUEST;
  if (event.kind === "abort") return event.request * KINDS + REQUEST;
  return "client" in event ? event.client * KINDS + CLIENT : OTHER;
}

function takeFirst(queue: TurnQueue): ScriptEvent {
  const event = queue.events[queue.head] as ScriptEvent;
  queue.events[queue.head] = null;
  queue.head += 1;
  if (queue.head > COMPACT_AT) {
    queue.events = queue.events.slice(queue.head);
    queue.head = 0;
  }
  return event;
}

function waitingOf({ events, head }: TurnQueue): ScriptEvent[] {
  return events.slice(head) as ScriptEvent[];
}
