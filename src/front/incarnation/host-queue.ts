// Front: the messages of one incarnation that wait behind a commit which is played in slices.
import type { Commit } from "../../boundary/batch.ts";
import type { Clock } from "../../boundary/clock.ts";
import type { CommitReceipt } from "../../boundary/host.ts";
import { emptyList } from "../../boundary/turn/empty-list.ts";
import { CommitPlay } from "./commit-play.ts";
import type { CommitOutput, IncarnationPorts } from "./incarnation-ports.ts";
import { SLICE, type SlicedTask } from "./turn-slices.ts";

/**
 * A small commit takes effect at once, unless the host has used up its share of this turn. A large one is played piece
 * by piece: its acknowledgement, and all that the host sends after it, wait until it has been applied as a whole.
 */
export class HostQueue implements SlicedTask {
  readonly #clock: Clock;
  readonly #output: CommitOutput;
  readonly #taker: CommitTaker;
  readonly #entries: Entry[] = [];
  readonly #pace = new FlushPace();
  /** How long the host's commits of this turn have taken, ms. */
  #spent = 0;
  #receipt: CommitReceipt | null = null;
  /** A commit is lost, so later ones must not count. */
  #isRefused = false;

  constructor({ time, output }: HostQueuePorts, taker: CommitTaker) {
    this.#clock = time.clock;
    this.#output = output;
    this.#taker = taker;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Acts after all that the host has sent before. */
  inOrder(action: () => void): void {
    if (this.isEmpty) action();
    else this.#entries.push(action);
  }

  commit(commit: Commit, receipt: CommitReceipt): void {
    if (this.isEmpty && this.#spent < SLICE && isSmall(commit)) return this.#atOnce(commit, receipt);
    this.#entries.push(new CommitPlay(commit, receipt));
    this.#output.slices.add(this);
  }

  run(stopAt: number): boolean {
    this.#spent = 0;
    while (!this.isEmpty && this.#clock.ticks() <= stopAt) {
      this.#step();
      this.#pace.steps += 1;
    }
    if (!this.isEmpty) this.#pace.flush(this.#output, this.#clock);
    return !this.isEmpty;
  }

  /** Applies all that waits, however long it takes: the incarnation is given up, and no commit has half an effect. */
  finish(): void {
    while (!this.isEmpty) this.#step();
  }

  #atOnce(commit: Commit, receipt: CommitReceipt): void {
    const from = this.#clock.ticks();
    this.#taker.onCommit(commit);
    emptyList(commit.commands);
    receipt.onApplied();
    this.#spent += this.#clock.ticks() - from;
    if (this.#spent >= SLICE) this.#output.slices.add(this);
  }

  // What the front cannot carry out ends the host, and nothing else. The receipt of its last commit reaches it.
  #step(): void {
    const first = this.#entries[0] as Entry;
    try {
      if (first instanceof CommitPlay) return this.#play(first);
      this.#entries.shift();
      first();
    } catch (error) {
      if (this.#entries[0] === first) this.#entries.shift();
      this.#isRefused = true;
      this.#receipt?.onRefused(error);
    }
  }

  #play(play: CommitPlay): void {
    if (this.#isRefused) return void this.#entries.shift();
    this.#receipt = play.receipt;
    const problem = play.isAtStart ? this.#taker.problemWith(play.acknowledgement) : null;
    if (problem !== null) throw new Error(problem);
    if (play.step(this.#output)) return;
    this.#entries.shift();
    this.#taker.onCommit(play.acknowledgement);
    play.receipt.onApplied();
  }
}

/** Where the commits of a host go. */
export interface CommitTaker {
  /** Applies a commit and takes its acknowledgement. */
  onCommit(commit: Commit): void;
  /** What is wrong with an acknowledgement, in a few words; asked before any of a large commit takes effect. */
  problemWith(commit: Commit): string | null;
}

type HostQueuePorts = Pick<IncarnationPorts, "time" | "output">;

type Entry = CommitPlay | (() => void);

/**
 * Flushes between slices, so that frames do not pile up; less often where a flush costs more than the slices. Where each
 * frame costs much, waiting would make the next flush larger, and longer, than the last one: steps are bounded, too.
 */
class FlushPace {
  /** Since the last flush. */
  steps = 0;
  #last = 0;
  #cost = 0;

  flush(output: CommitOutput, clock: Clock): void {
    const now = clock.ticks();
    if (this.steps < MOST_STEPS && now - this.#last < this.#cost * COSTLY) return;
    output.flush(false);
    this.steps = 0;
    this.#last = clock.ticks();
    this.#cost = this.#last - now;
  }
}

const COSTLY = 4;
/** Of 64 commands each. */
const MOST_STEPS = 48;

/** Places in its list up to which a commit is applied at once. */
const SMALL = 1536;

function isSmall({ commands, parts }: Commit): boolean {
  return parts === undefined && commands.length <= SMALL;
}
