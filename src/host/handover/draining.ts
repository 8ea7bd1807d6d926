// Host: releases the sessions of a replaced host, each when its pending handler has settled.
import type { Program } from "../api/dialect.ts";
import type { HostSession } from "../api/host-session.ts";

/** Not active until the next version has taken over. */
export class Draining {
  readonly #programs: DrainedPrograms;
  #onReleased: ((session: HostSession) => void) | null = null;
  #settled: HostSession[] = [];

  constructor(programs: DrainedPrograms) {
    this.#programs = programs;
  }

  get isActive(): boolean {
    return this.#onReleased !== null;
  }

  /**
   * Starts no further events; sessions without a pending handler end here. A host without any is about to be stopped:
   * it leaves its cleanup out, because other work is more urgent now.
   */
  start(
    sessions: Iterable<HostSession>,
    { isIdle, onReleased }: { isIdle: boolean; onReleased: (session: HostSession) => void },
  ): void {
    this.#onReleased = onReleased;
    for (const session of [...sessions]) {
      session.waiting = null;
      if (!isIdle && !session.isPending) this.#end(session);
    }
    if (!isIdle) this.#programs.drain();
  }

  /** A session's last handler has settled: it is released after the commit of the handler's commands. */
  settled(session: HostSession): void {
    this.#settled.push(session);
  }

  releaseSettled(): void {
    if (this.#settled.length === 0) return;
    for (const session of this.#settled.splice(0)) {
      this.#onReleased?.(session);
      this.#end(session);
    }
  }

  #end(session: HostSession): void {
    this.#programs.programOf(session)?.endSession?.(session);
  }
}

/** The programs of the replaced host. */
interface DrainedPrograms {
  programOf(session: HostSession): Program | undefined;
  /** The next versions have taken over from all of them. */
  drain(): void;
}
