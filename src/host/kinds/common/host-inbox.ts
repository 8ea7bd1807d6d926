// Host: takes what a thread or process sends to its front, on the front's side: routes it, and refuses what is wrong.
import type { Answer } from "../../../boundary/questions.ts";
import type { Commit } from "../../../boundary/batch.ts";
import { messageOf } from "../../../boundary/checks.ts";
import { errorText } from "../../../boundary/errors.ts";
import { messageProblem } from "../../../boundary/guard/message-checks.ts";
import type { CommitReceipt, HostListener } from "../../../boundary/host.ts";
import { keysOf } from "../../../boundary/script-key.ts";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import { HeldParts } from "./held-parts.ts";
import { packSnapshot, type PackedSnapshot } from "./packed-snapshot.ts";
import { receiveNotice, unpackCommit, type FromHost } from "./messages.ts";

/**
 * Nothing that a host sends may throw in the front: a message that is wrong, or that the front cannot carry out, ends
 * its host. When an incarnation is abandoned, its later messages are discarded, except for log lines.
 */
export class HostInbox {
  readonly #names: ReadonlySet<unknown>;
  readonly #listener: HostListener;
  readonly #ports: InboxPorts;
  readonly #receipts: { readonly plain: CommitReceipt; readonly tick: CommitReceipt };
  /** Of the commit that comes next. */
  readonly #parts: HeldParts;
  /** Commits that have come and not been applied. */
  #unapplied = 0;
  #isSyncAsked = false;
  #isReady = false;
  isOver = false;

  constructor(spec: HostSpec, listener: HostListener, ports: InboxPorts) {
    this.#names = new Set([spec.name, ...keysOf(spec), ...spec.scripts.map(({ info }) => info.name)]);
    this.#parts = new HeldParts(spec.limits.turnLimit);
    this.#listener = listener;
    this.#ports = ports;
    const onRefused = (error: unknown): void => this.refuse(messageOf(error));
    this.#receipts = {
      plain: { onApplied: () => this.#applied(false), onRefused },
      tick: { onApplied: () => this.#applied(true), onRefused },
    };
  }

  readonly receive = (message: unknown): void => {
    try {
      const problem = messageProblem(message, this.#names);
      if (problem === null) this.#route(message as FromHost);
      else this.refuse(problem);
    } catch (error) {
      this.refuse(messageOf(error));
    }
  };

  /** What it sent is wrong, or cannot be carried out: it must end. */
  refuse(what: string): void {
    if (!this.isOver) this.#ports.onRefused(errorText("PARLOR_HOST_MESSAGE", { what }));
  }

  #route(message: FromHost): void {
    const listener = this.#listener;
    if ("kind" in message && message.kind === "log") listener.onLog(message.line);
    else if (this.isOver) return;
    else if (!("kind" in message)) this.#commit(unpackCommit(message));
    else if (message.kind === "question") listener.onQuestion(message.question, this.#ports.reply);
    else if (message.kind === "follow")
      listener.onFollow((snapshot) => this.#ports.reply(packSnapshot(snapshot)));
    else if (message.kind === "sync") this.#sync();
    else if (message.kind === "part") this.#parts.add(message.bytes);
    else if (message.kind === "ready") this.#ready();
    else receiveNotice(message, listener);
  }

  #ready(): void {
    if (this.#isReady) return this.refuse("it reports twice that it is ready");
    this.#isReady = true;
    this.#listener.onReady();
  }

  #commit(commit: Commit): void {
    this.#unapplied += 1;
    const receipt = commit.urgent ? this.#receipts.tick : this.#receipts.plain;
    const parts = this.#parts.take();
    this.#listener.onCommit(parts === null ? commit : { ...commit, parts }, receipt);
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
const SYNCED: PackedSnapshot = { texts: [] };

export interface InboxPorts {
  /** The host must end, for this reason. */
  onRefused(reason: string): void;
  readonly reply: (reply: Answer | PackedSnapshot) => void;
  /** A commit has been applied as a whole. */
  onApplied(isTick: boolean): void;
}
