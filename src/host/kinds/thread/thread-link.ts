// Host: the front's ends of the ports to a thread: a private one for messages, one for replies, and the wake signal.
import { MessageChannel, receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { PackedBatch, ToHost } from "../common/messages.ts";

/** A script cannot reach these ports: the thread takes its ends before it loads any script. */
export class ThreadLink {
  /** The thread's ends. */
  readonly ends: ThreadEnds;
  readonly #port: MessagePort;
  readonly #replies: MessagePort;
  readonly #wakeSignal = new Int32Array(new SharedArrayBuffer(4));
  readonly #listener: LinkListener;

  constructor(listener: LinkListener) {
    this.#listener = listener;
    const [messages, replies] = [new MessageChannel(), new MessageChannel()];
    this.#port = messages.port1;
    this.#replies = replies.port1;
    this.ends = { messages: messages.port2, replies: replies.port2, wakeSignal: this.#wakeSignal.buffer };
    this.#port.on("message", listener.onMessage);
    this.#port.on("messageerror", listener.onUnreadable);
  }

  post(message: PackedBatch | ToHost, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
    this.#wake();
  }

  reply(reply: object): void {
    this.#replies.postMessage(reply);
    this.#wake();
  }

  /** The thread has ended: what it sent before is delivered now. */
  end(): void {
    for (;;) {
      try {
        const last = receiveMessageOnPort(this.#port);
        if (last === undefined) break;
        this.#listener.onMessage(last.message);
      } catch (error) {
        this.#listener.onUnreadable(error);
      }
    }
    this.#port.close();
    this.#replies.close();
  }

  #wake(): void {
    Atomics.add(this.#wakeSignal, 0, 1);
    Atomics.notify(this.#wakeSignal, 0);
  }
}

export interface LinkListener {
  readonly onMessage: (message: unknown) => void;
  /** A message cannot be read. */
  readonly onUnreadable: (error: unknown) => void;
}

/** The thread's ends of its ports. */
export interface ThreadEnds {
  /** Takes the messages of the front, and brings it those of the host. */
  readonly messages: MessagePort;
  /** Brings the replies that a thread blocks for. */
  readonly replies: MessagePort;
  /** Raised by the front after each message: it wakes a thread that blocks. */
  readonly wakeSignal: SharedArrayBuffer;
}
