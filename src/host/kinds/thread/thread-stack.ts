// Host: reads the stack of a thread that does not return, from the server's thread, by the inspector protocol.
import { Session } from "node:inspector";

/**
 * Opens no port and pauses nothing: V8 evaluates between two steps of the running code. Resolves with the stack within
 * `limit` ms. `SILENT`: the thread does not respond, as in a native call. Null: the inspector cannot be used.
 */
export function threadStack(threadId: number, limit = LIMIT): Promise<string | typeof SILENT | null> {
  return new Promise((resolve) => {
    try {
      new StackSession(threadId, resolve).open(limit);
    } catch {
      resolve(null);
    }
  });
}

export const SILENT = Symbol("silent");

/** On a busy machine a thread needs some of it to get a processor, ms. */
const LIMIT = 100;

/** Is asked again while the thread is between two callbacks, where its stack has no frame of a script. */
class StackSession {
  readonly #session = new Session();
  readonly #title: string;
  readonly #resolve: (stack: StackReply) => void;
  /** The protocol's session with the thread; null until it is attached. */
  #thread: string | null = null;
  /** A stack without a frame of a script. */
  #bare: string | null = null;
  #asked = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(threadId: number, resolve: (stack: StackReply) => void) {
    this.#title = `[worker ${threadId}]`;
    this.#resolve = resolve;
  }

  open(limit: number): void {
    this.#session.connect();
    this.#session.on("NodeWorker.attachedToWorker", ({ params }) => {
      if (params.workerInfo.title.startsWith(this.#title)) this.#ask((this.#thread = params.sessionId));
    });
    this.#session.on("NodeWorker.receivedMessageFromWorker", ({ params }) => {
      if (params.sessionId === this.#thread) this.#receive(params.message);
    });
    // The reply may be there already when this thread comes to its timers late.
    this.#timer = setTimeout(() => setImmediate(this.#timeOver), limit);
    this.#session.post("NodeWorker.enable", { waitForDebuggerOnStart: false }, (error) => {
      if (error !== null) this.#end(null);
    });
  }

  #ask(sessionId: string): void {
    const message = JSON.stringify({
      id: (this.#asked += 1),
      method: "Runtime.evaluate",
      params: { expression: EXPRESSION, returnByValue: true, silent: true },
    });
    this.#session.post("NodeWorker.sendMessageToWorker", { sessionId, message });
  }

  #receive(text: string): void {
    const { id, result } = JSON.parse(text) as Reply;
    const stack = result?.result?.value;
    if (this.#isOver || id !== this.#asked) return;
    if (typeof stack !== "string") return this.#end(null);
    if (FRAME.test(stack)) return this.#end(stack);
    this.#bare = stack;
    if (this.#thread !== null && this.#asked < MOST_ASKED) this.#ask(this.#thread);
    else this.#end(stack);
  }

  readonly #timeOver = (): void => this.#end(this.#bare ?? (this.#thread === null ? null : SILENT));

  // In a turn of its own: the protocol's code below a listener may not outlive its session.
  #end(stack: StackReply): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    setImmediate(() => {
      this.#session.disconnect();
      this.#resolve(stack);
    });
  }
}

type StackReply = string | typeof SILENT | null;

/** A reply of the protocol to `Runtime.evaluate`. */
interface Reply {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

const MOST_ASKED = 20;

/** A frame with a place, other than one of the evaluated text or of Node. */
const FRAME = /^ +at (?!.*(?:<anonymous>|node:\w)).*:\d+:\d+\)?$/m;

// The engine throws the error: a script may have replaced `Error`, or its limit of frames.
const EXPRESSION = `(() => {
  const thrown = () => { try { null.x } catch (error) { return error } };
  const base = Object.getPrototypeOf(Object.getPrototypeOf(thrown()).constructor);
  const limit = base.stackTraceLimit;
  try { base.stackTraceLimit = 50; return String(thrown().stack) } finally { base.stackTraceLimit = limit }
})()`;
