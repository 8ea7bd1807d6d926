import type { Answer, Question } from "../../../boundary/questions.ts";
import type { SessionSnapshot } from "../../../boundary/events.ts";
import type { PackedSessions } from "../../../boundary/handover.ts";
import { assemble, type HostKernel } from "../../script/host-kernel.ts";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import { ProgressRecord } from "../../runtime/progress-record.ts";
import type { Dialect } from "../../api/dialect.ts";
import { realClock, realLoop } from "../../../real-clock.ts";
import type { Clock, Loop } from "../../../boundary/clock.ts";
import type { Batch } from "../../../boundary/batch.ts";
import type { Host, HostListener } from "../../../boundary/host.ts";

/** What an inline host is made with beside its spec. */
export interface InlineOptions {
  /** The published APIs that scripts may be written in, by name. */
  readonly dialects: ReadonlyMap<string, Dialect>;
  /** The time that it runs by: the real one, unless a test has its own. */
  readonly clock?: Clock;
  readonly loop?: Loop;
}

/**
 * A host in the front's own thread, for embedding and tests. What it cannot do: contain a loop or an exit of the
 * script. Everything else is the same, the commit at the end of the handlers included.
 */
export class InlineHost implements Host {
  readonly incarnation: number;
  readonly kernel: HostKernel;
  readonly #loop: Loop;
  #isOver = false;

  constructor(incarnation: number, spec: HostSpec, listener: HostListener, options: InlineOptions) {
    this.incarnation = incarnation;
    const { dialects, clock = realClock, loop = realLoop } = options;
    this.#loop = loop;
    this.kernel = assemble(spec, {
      clock,
      loop,
      dialects,
      progress: new ProgressRecord(),
      commit: (commit) => {
        if (!this.#isOver) listener.onCommit(commit);
      },
      log: (line) => listener.onLog(line),
      follow: () => listener.onFollow(),
      ask: (question) => askAtOnce(listener, question),
      tickSample: (pulse) => listener.onTickSample?.(pulse),
      // Cloned, as on the way between threads: what two versions share would not survive a crash.
      handover: {
        prepared: (problem) => listener.onPrepared?.(problem),
        left: (left) => this.#later(structuredClone(left), (own) => listener.onSessionState?.(own)),
        retired: (retirement) =>
          this.#later(structuredClone(retirement), (own) => listener.onHandedOver?.(own)),
        released: (legacy) =>
          this.#later(structuredClone(legacy), (own) => listener.onSessionReleased?.(own)),
      },
    });
    // Programs begin at the end of this turn, and are ready when they have.
    if (spec.scripts.some(({ info }) => info.kind === "program")) loop.atTurnEnd(() => listener.onReady());
    else loop.afterMicrotasks(() => listener.onReady());
  }

  deliver(batch: Batch): void {
    this.kernel.runtime.deliver(batch);
  }

  prepare(adoptions: readonly SessionSnapshot[], isLast: boolean): void {
    this.kernel.handover.prepare(adoptions, isLast);
  }

  receiveState(left: PackedSessions): void {
    this.kernel.runtime.receiveState(left);
  }

  handOver(): void {
    this.#loop.atTurnEnd(() => {
      if (!this.#isOver) this.kernel.handover.handOver();
    });
  }

  // What this host still has to do in this turn comes first.
  #later<T>(value: T, tell: (value: T) => void): void {
    this.#loop.atTurnEnd(() => {
      if (!this.#isOver) tell(value);
    });
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.kernel.end();
    await Promise.resolve();
  }
}

// What cannot be answered at once is answered with no, and undone if it comes about after all.
function askAtOnce(listener: HostListener, question: Question): Answer {
  let given: Answer | null = null;
  let isOver = false;
  listener.onQuestion(withoutAnyAddress(question), (answer) => {
    if (!isOver) given = answer;
    else if (answer.ok) listener.onQuestion({ ...question, kind: "unlisten" }, () => undefined);
  });
  isOver = true;
  return given ?? { ok: false, reason: notAtOnce(question) };
}

// All addresses are opened at once, an address by its name is looked up first.
function withoutAnyAddress(question: Question): Question {
  const isAny = question.kind === "listen" && (question.host === "0.0.0.0" || question.host === "::");
  return isAny ? { ...question, host: null } : question;
}

function notAtOnce(question: Question): string {
  if (question.kind !== "listen") return "the server did not answer";
  if (question.host === null) return `port ${question.port} is in use, or may not be opened`;
  return `a program in the server's own thread cannot wait for ${question.host} to be opened; leave the address out`;
}
