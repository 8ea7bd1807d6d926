// Front: a host that no longer serves anything, and runs `onStop` of its scripts before it is stopped.
import type { Commit } from "../../boundary/batch.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { Timer } from "../../boundary/clock.ts";
import type { Host, HostExit } from "../../boundary/host.ts";
import { placeText } from "../incarnation/hang-exit.ts";
import type { HostRole } from "../incarnation/host-message-router.ts";
import type { IncarnationPorts } from "../incarnation/incarnation-ports.ts";

/** What its scripts send still takes effect. It is stopped when they are done, or when the time is over. */
export class FinishingHost implements HostRole {
  readonly host: Host;
  /** Resolves when it has been stopped. */
  readonly ended: Promise<void>;
  readonly #front: IncarnationPorts;
  readonly #startedAt: number;
  readonly #timer: Timer | null;
  readonly #onCut: (cut: FinishCut) => void;
  #onEnded: (ended: Promise<void>) => void = () => undefined;
  #isOver = false;

  constructor(host: Host, front: IncarnationPorts, { limit, onCut }: FinishTerms) {
    this.host = host;
    this.#front = front;
    this.#onCut = onCut;
    this.#startedAt = front.time.clock.ticks();
    this.ended = new Promise((resolve) => (this.#onEnded = resolve));
    const hasWork = limit > 0 && host.finish?.(limit) === true;
    this.#timer = hasWork ? front.time.clock.after(limit, this.#late) : null;
    if (!hasWork) this.onFinished();
  }

  onCommit(commit: Commit): void {
    if (this.#isOver) return;
    this.#front.output.apply(commit);
    this.#front.output.flush(false);
  }

  /** A snapshot without changes after it: it reads for a short time only. */
  onFollow(): Snapshot {
    const { feed } = this.#front;
    const snapshot = feed.follow(this.host.incarnation);
    feed.forget(this.host.incarnation);
    return snapshot;
  }

  /** Stops it now, whatever it has not done. */
  cut(place = ""): void {
    if (this.#isOver) return;
    this.onFinished();
    this.#onCut({ exit: null, ms: this.#front.time.clock.ticks() - this.#startedAt, place });
  }

  onExit(exit: HostExit): void {
    if (this.#isOver) return;
    this.onFinished();
    this.#onCut({ exit, ms: this.#front.time.clock.ticks() - this.#startedAt, place: "" });
  }

  // A promise that does not settle is reported by the host itself, in half of the time: this one does not return.
  readonly #late = (): void => {
    const traced = this.host.trace?.();
    if (traced === undefined) return this.cut();
    void traced.then((hang) => this.cut(hang?.isSilent === true ? "" : placeText(hang)));
  };

  /** It is done, or over: it is stopped. */
  readonly onFinished = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#onEnded(this.host.stop());
  };
}

interface FinishTerms {
  /** How long `onStop` of its scripts may take, ms. */
  readonly limit: number;
  readonly onCut: (cut: FinishCut) => void;
}

/** A host has ended before `onStop` of its scripts had finished. */
export interface FinishCut {
  /** How it died; null if it was stopped. */
  readonly exit: HostExit | null;
  /** After how long, ms. */
  readonly ms: number;
  /** The function that was running, in words; empty if it is not known. */
  readonly place: string;
}

/** `onStop` of the scripts of a host that is replaced, rests or is removed may take this long, ms. */
export const FINISH_LIMIT = 5000;
