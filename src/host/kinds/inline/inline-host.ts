// Host: a host in the front's own thread, for embedding and tests.
import type { Batch } from "../../../boundary/batch.ts";
import type { Clock, Loop } from "../../../boundary/clock.ts";
import type { SessionSnapshot } from "../../../boundary/events.ts";
import type { PackedSessions } from "../../../boundary/handover.ts";
import type { Host, HostListener } from "../../../boundary/host.ts";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import { realClock, realLoop } from "../../../real-clock.ts";
import type { Dialect } from "../../api/dialect.ts";
import { ProgressRecord } from "../../runtime/progress-record.ts";
import { HostKernel, type KernelPorts } from "../../script/host-kernel.ts";
import { handoverPorts, startPorts } from "../common/kernel-messages.ts";
import { receiveNotice, type HostNotice } from "../common/messages.ts";
import { askAtOnce, followAtOnce } from "./ask-at-once.ts";

/**
 * It cannot contain an endless loop or an exit of the script. Everything else is the same as on a thread, the commit
 * at the end of the handlers included.
 */
export class InlineHost implements Host {
  readonly incarnation: number;
  readonly kernel: HostKernel;
  readonly #listener: HostListener;
  readonly #loop: Loop;
  #isOver = false;

  constructor(incarnation: number, spec: HostSpec, listener: HostListener, options: InlineOptions) {
    const { dialects, clock = realClock, loop = realLoop } = options;
    this.incarnation = incarnation;
    this.#listener = listener;
    this.#loop = loop;
    this.kernel = new HostKernel(spec, dialects, this.#ports(clock));
    // Programs start at the end of this turn, and are ready after that.
    const isProgram = spec.scripts.some(({ info }) => info.kind === "program");
    const ready = (): void => (isProgram ? loop.atTurnEnd(this.#ready) : loop.afterMicrotasks(this.#ready));
    this.kernel.life.start(startPorts((notice) => receiveNotice(notice, listener), ready));
  }

  deliver(batch: Batch): void {
    this.kernel.runtime.deliver(batch);
  }

  prepare(snapshots: readonly SessionSnapshot[], isLast: boolean): void {
    this.kernel.handover.prepare(snapshots, isLast);
  }

  receiveState(packed: PackedSessions): void {
    this.kernel.handover.receivePart(packed);
  }

  handOver(): void {
    this.#later(() => this.kernel.handover.handOver());
  }

  finish(limit: number): boolean {
    if (!this.kernel.life.isNeeded) return false;
    this.#later(() => this.kernel.life.finish(limit, this.#listener.onFinished ?? ignore));
    return true;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.kernel.end();
    await Promise.resolve();
  }

  readonly #ready = (): void => {
    if (!this.#isOver) this.#listener.onReady();
  };

  #ports(clock: Clock): KernelPorts {
    const listener = this.#listener;
    return {
      runtime: {
        clock,
        loop: this.#loop,
        progress: new ProgressRecord(),
        commit: (commit) => {
          if (!this.#isOver) listener.onCommit(commit);
        },
        log: listener.onLog,
        follow: () => followAtOnce(listener),
      },
      ask: (question) => askAtOnce(listener, question),
      ticks: { sample: listener.onTickSample },
      handover: {
        ...handoverPorts((notice) => this.#post(notice)),
        // At once: it reports no state, so nothing of this turn must come first.
        prepared: listener.onPrepared ?? (() => undefined),
      },
    };
  }

  // Cloned, as between threads: what two versions share would not survive a crash.
  #post(notice: HostNotice): void {
    const cloned = structuredClone(notice);
    this.#later(() => receiveNotice(cloned, this.#listener));
  }

  // After the rest of this host's work in this turn.
  #later(action: () => void): void {
    this.#loop.atTurnEnd(() => {
      if (!this.#isOver) action();
    });
  }
}

/** What an inline host is made with beside its spec. */
export interface InlineOptions {
  /** The published APIs that scripts may be written in, by name. */
  readonly dialects: ReadonlyMap<string, Dialect>;
  /** The real clock and loop by default; a test has its own. */
  readonly clock?: Clock;
  readonly loop?: Loop;
}

function ignore(): void {}
