// Host: takes what a thread or process sends to its front, on the front's side: routes it, and refuses what is wrong.
import type { Answer } from "../../../boundary/questions.ts";
import type { Commit } from "../../../boundary/batch.ts";
import type { Snapshot } from "../../../boundary/directory-record.ts";
import type { HostListener } from "../../../boundary/host.ts";
import { isFromHost, receiveNotice, unpackCommit, type FromHost } from "./messages.ts";

/**
 * Nothing that a host sends may throw in the front. When an incarnation is abandoned, its later messages are discarded,
 * except for log lines.
 */
export class HostInbox {
  readonly #listener: HostListener;
  readonly #ports: InboxPorts;
  isOver = false;

  constructor(listener: HostListener, ports: InboxPorts) {
    this.#listener = listener;
    this.#ports = ports;
  }

  readonly receive = (message: unknown): void => {
    try {
      if (!isFromHost(message)) throw new Error("it is of no known kind");
      this.#route(message);
    } catch (error) {
      if (!this.isOver) this.#ports.onRefused(error);
    }
  };

  #route(message: FromHost): void {
    const listener = this.#listener;
    if ("kind" in message && message.kind === "log") listener.onLog(message.line);
    else if (this.isOver) return;
    else if (!("kind" in message)) this.#commit(unpackCommit(message));
    else if (message.kind === "question") listener.onQuestion(message.question, this.#ports.reply);
    else if (message.kind === "follow") this.#ports.reply(listener.onFollow());
    else receiveNotice(message, listener);
  }

  #commit(commit: Commit): void {
    this.#listener.onCommit(commit);
    if (commit.urgent) this.#ports.onTickApplied();
  }
}

export interface InboxPorts {
  /** A message cannot be read, or is not one that a host may send: the host must end. */
  onRefused(error: unknown): void;
  readonly reply: (reply: Answer | Snapshot) => void;
  /** A commit of a tick has been applied. */
  onTickApplied(): void;
}
