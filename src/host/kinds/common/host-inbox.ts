// Host: takes what a thread or process sends to its front, on the front's side: routes it, and refuses what is wrong.
import type { Answer } from "../../../boundary/questions.ts";
import type { Commit } from "../../../boundary/batch.ts";
import type { Snapshot } from "../../../boundary/directory-record.ts";
import type { CommitReceipt, HostListener } from "../../../boundary/host.ts";
import type { CommandList } from "../../../boundary/commands.ts";
import { valueIn } from "./frames.ts";
import { isFromHost, receiveNotice, unpackCommit, type CommitPart, type FromHost } from "./messages.ts";

/**
 * Nothing that a host sends may throw in the front. When an incarnation is abandoned, its later messages are discarded,
 * except for log lines.
 */
export class HostInbox {
  readonly #listener: HostListener;
  readonly #ports: InboxPorts;
  readonly #receipts: { readonly plain: CommitReceipt; readonly tick: CommitReceipt };
  /** Of the commit that comes next. */
  #parts: (() => CommandList)[] = [];
  /** Commits that have come and not been applied. */
  #unapplied = 0;
  #isSyncAsked = false;
  isOver = false;

  constructor(listener: HostListener, ports: InboxPorts) {
    this.#listener = listener;
    this.#ports = ports;
    const onRefused = (error: unknown): void => {
      if (!this.isOver) ports.onRefused(error);
    };
    this.#receipts = {
      plain: { onApplied: () => this.#applied(false), onRefused },
      tick: { onApplied: () => this.#applied(true), onRefused },
    };
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
    else if (message.kind === "follow") listener.onFollow(this.#ports.reply);
    else if (message.kind === "sync") this.#sync();
    else if (message.kind === "part") this.#takePart(message);
    else receiveNotice(message, listener);
  }

  #takePart({ bytes }: CommitPart): void {
    if (!(bytes instanceof Uint8Array)) throw new Error("a part of a commit is no bytes");
    this.#parts.push(() => valueIn(bytes) as CommandList);
  }

  #commit(commit: Commit): void {
    this.#unapplied += 1;
    const receipt = commit.urgent ? this.#receipts.tick : this.#receipts.plain;
    if (this.#parts.length === 0) return this.#listener.onCommit(commit, receipt);
    const parts = this.#parts;
    this.#parts = [];
    this.#listener.onCommit({ ...commit, parts }, receipt);
  }

  #applied(isTick: boolean): void {
    this.#unapplied -= 1;
    this.#ports.onApplied(isTick);
    if (this.#isSyncAsked) this.#sync();
  }

  #sync(): void {
    this.#isSyncAsked = this.#unapplied > 0;
    if (!this.#isSyncAsked) this.#ports.reply(SYNCED);
  }
}

/** The host only waits for it. */
const SYNCED: Snapshot = [];

export interface InboxPorts {
  /** A message cannot be read, or is not one that a host may send: the host must end. */
  onRefused(error: unknown): void;
  readonly reply: (reply: Answer | Snapshot) => void;
  /** A commit has been applied as a whole. */
  onApplied(isTick: boolean): void;
}
