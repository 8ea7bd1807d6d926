// Front: a host that no longer serves anything, and runs `onStop` of its scripts before it is stopped.
import type { Commit } from "../../boundary/batch.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { Timer } from "../../boundary/clock.ts";
import type { Host } from "../../boundary/host.ts";
import type { HostRole } from "../incarnation/host-message-router.ts";
import type { IncarnationPorts } from "../incarnation/incarnation-ports.ts";

/** What its scripts send still takes effect. It is stopped when they are done, or when the time is over. */
export class FinishingHost implements HostRole {
  readonly host: Host;
  /** Resolves when it has been stopped. */
  readonly ended: Promise<void>;
  readonly #front: IncarnationPorts;
  readonly #timer: Timer | null;
  #onEnded: (ended: Promise<void>) => void = () => undefined;
  #isOver = false;

  constructor(host: Host, front: IncarnationPorts, limit: number) {
    this.host = host;
    this.#front = front;
    this.ended = new Promise((resolve) => (this.#onEnded = resolve));
    const hasWork = limit > 0 && host.finish?.(limit) === true;
    this.#timer = hasWork ? front.time.clock.after(limit, this.end) : null;
    if (!hasWork) this.end();
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

  /** Stops it now. */
  readonly end = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#onEnded(this.host.stop());
  };

  readonly onFinished = this.end;
  readonly onExit = this.end;
}

/** `onStop` of the scripts of a host that is replaced, rests or is removed may take this long, ms. */
export const FINISH_LIMIT = 5000;
