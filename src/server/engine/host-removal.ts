// Server: ends hosts whose scripts are no longer served.
import type { Clock } from "../../boundary/clock.ts";
import { GOING_AWAY } from "../../boundary/errors/close-codes.ts";
import type { Front } from "../../front/front.ts";
import { isProgramHost } from "../../front/handover/handover-coordinator.ts";
import { emptied } from "../../front/handover/empty-host.ts";
import type { Programs } from "../../front/ingress/programs.ts";
import type { TurnOutbox } from "../../front/outbox/outbox.ts";
import type { Session } from "../../front/directory/session.ts";
import type { Supervisor } from "../../front/supervise/supervisor.ts";
import type { TaskRuns } from "../../front/task-runs.ts";

/** What such a host has begun it ends: closes of its sessions, requests, runs of jobs. */
export class HostRemoval {
  readonly #parts: HostRemovalParts;

  constructor(parts: HostRemovalParts) {
    this.#parts = parts;
  }

  /** Ends a host whose routes have been removed, when its scripts have handled the closes of their sessions. */
  async close(slot: number): Promise<void> {
    const supervisor = this.#parts.front.supervisor(slot);
    if (supervisor !== undefined && isProgramHost(supervisor.spec)) return await this.#endProgram(slot);
    void this.#endQuiet(slot, supervisor);
  }

  /** Closes those of a host's sessions whose routes have been removed. Resolves when their scripts have handled that. */
  async closeSessions(slot: number, isGone: (session: Session) => boolean): Promise<void> {
    const { front, outbox } = this.#parts;
    const gone = [...front.directory.sessions.values()].filter(
      (session) => session.host === slot && isGone(session),
    );
    if (gone.length === 0) return;
    for (const session of gone) front.hub.close(session.ref, GOING_AWAY, "route has gone");
    outbox.flush();
    await this.#until(() => gone.every(({ state }) => state === "closed"));
    for (const session of gone) front.hub.finish(session);
  }

  /** Ends a host whose sessions have left. Those with a pending handler leave later, and runs of jobs go on. */
  async end(slot: number): Promise<void> {
    await this.#parts.front.supervisor(slot)?.handover.ended();
    await this.#remove(slot);
  }

  // The ports of a program end with it, so its sessions do not wait.
  async #endProgram(slot: number): Promise<void> {
    const closed = this.closeSessions(slot, () => true);
    await this.#remove(slot);
    await closed;
  }

  async #endQuiet(slot: number, supervisor: Supervisor | undefined): Promise<void> {
    await this.closeSessions(slot, () => true);
    if (supervisor !== undefined) await supervisor.replace(emptied(supervisor.spec), "reload");
    await this.end(slot);
  }

  async #remove(slot: number): Promise<void> {
    const { front, tasks, programs } = this.#parts;
    tasks.drop(slot);
    programs.remove(slot);
    for (const session of [...front.directory.sessions.values()])
      if (session.host === slot) front.hub.finish(session);
    await front.removeHost(slot);
  }

  async #until(isSo: () => boolean): Promise<void> {
    const { clock } = this.#parts;
    const latest = clock.ticks() + GRACE;
    while (!isSo() && clock.ticks() < latest)
      await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve));
  }
}

export interface HostRemovalParts {
  readonly clock: Clock;
  readonly front: Front;
  readonly outbox: TurnOutbox;
  readonly tasks: TaskRuns;
  readonly programs: Programs;
}

/** For how long the scripts of removed routes may take to handle the closes of their sessions, ms. */
const GRACE = 5000;
const LOOK_EVERY = 10;
