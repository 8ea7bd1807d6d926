// Host: scripts whose `onStart` has failed while others of their host serve: they refuse, and are tried again.
import { INTERNAL_ERROR } from "../../../boundary/errors/close-codes.ts";
import { REFUSALS } from "../../../boundary/errors/refusals.ts";
import type { Clock } from "../../../boundary/clock.ts";
import type { ScriptEvent } from "../../../boundary/events.ts";
import type { Program } from "../../api/dialect.ts";
import type { HostSession } from "../../api/host-session.ts";
import type { Runtime } from "../../runtime/runtime.ts";

/** The first event after a pause, which grows, tries the script again. */
export class FailedStarts {
  readonly #runtime: Runtime;
  readonly #again: (program: Program) => Promise<boolean>;
  readonly programs = new Map<Program, Failed>();
  readonly #clock: Clock;

  constructor(runtime: Runtime, clock: Clock, again: (program: Program) => Promise<boolean>) {
    this.#runtime = runtime;
    this.#clock = clock;
    this.#again = again;
  }

  /** `onStarted` is called when it has started after all. */
  add(program: Program, onStarted: () => void): void {
    this.programs.set(program, { pause: FIRST_PAUSE, nextTry: this.#clock.ticks() + FIRST_PAUSE, onStarted });
    this.#runtime.handlers.refuseEvents(program, (event, session) => this.#refuse(program, event, session));
  }

  #refuse(program: Program, event: ScriptEvent, session: HostSession | null): void {
    const failed = this.programs.get(program);
    if (failed !== undefined && this.#clock.ticks() >= failed.nextTry) void this.#try(program, failed);
    if (event.kind === "request") return this.#respond(event.head.request);
    if (event.kind === "run") throw new Error("onStart of the script has failed, so the job did not run");
    if (session === null) return;
    if (event.kind === "close") return session.closing();
    const { replica } = this.#runtime;
    if (event.kind === "upgrade") replica.refuse(session, NOT_LOADED.status, NOT_LOADED.text);
    else replica.close(session, INTERNAL_ERROR, "script failed");
  }

  #respond(request: number): void {
    const { commands } = this.#runtime;
    const headers = [["Content-Type", "text/plain; charset=utf-8"]] as const;
    commands.respond(request, { status: NOT_LOADED.status, headers });
    commands.write(request, `${NOT_LOADED.text}\n`, true);
  }

  async #try(program: Program, failed: Failed): Promise<void> {
    failed.nextTry = Infinity;
    if (await this.#again(program)) {
      this.programs.delete(program);
      this.#runtime.handlers.refuseEvents(program, null);
      return failed.onStarted();
    }
    failed.pause = Math.min(2 * failed.pause, LONGEST_PAUSE);
    failed.nextTry = this.#clock.ticks() + failed.pause;
  }
}

/** When it is tried again. */
export interface Failed {
  pause: number;
  /** In monotonic time, ms. */
  nextTry: number;
  readonly onStarted: () => void;
}

const NOT_LOADED = REFUSALS.NOT_LOADED;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;
