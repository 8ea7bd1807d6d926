// Server: ends hosts whose scripts are not served any more.
import type { Clock } from "../../boundary/clock.ts";
import { GOING_AWAY } from "../../boundary/errors/close-codes.ts";
import type { Front } from "../../front/front.ts";
import { isProgramHost } from "../../front/handover/handover-coordinator.ts";
import { emptied } from "../../front/handover/empty-host.ts";
import type { Programs } from "../../front/ingress/programs.ts";
import type { TurnOutbox } from "../../front/outbox/outbox.ts";
import type { TaskRuns } from "../../front/task-runs.ts";

/** What such a host has begun it ends: closes of its sessions, requests, runs of jobs. */
export class HostRemoval {
  readonly #parts: HostRemovalParts;

  constructor(parts: HostRemovalParts) {
    this.#parts = parts;
  }

  /** Closes the sessions of a host whose routes have been removed. It ends when their scripts have handled that. */
  async close(slot: number): Promise<void> {
    const { front, outbox } = this.#parts;
    const supervisor = front.supervisor(slot);
    const isProgram = supervisor !== undefined && isProgramHost(supervisor.spec);
    for (const session of [...front.directory.sessions.values()]) {
      if (session.host !== slot) continue;
      front.hub.close(session.ref, GOING_AWAY, "route has gone");
      if (isProgram) front.hub.finish(session);
    }
    outbox.flush();
    if (isProgram) return await this.#remove(slot);
    void this.#endQuiet(slot);
  }

  /** Ends a host whose sessions have left. Those with a pending handler leave later, and runs of jobs go on. */
  async end(slot: number): Promise<void> {
    await this.#parts.front.supervisor(slot)?.handover.ended();
    await this.#remove(slot);
  }

  async #endQuiet(slot: number): Promise<void> {
    const { front } = this.#parts;
    const supervisor = front.supervisor(slot);
    for (let left = GRACE; left > 0 && supervisor?.dispatcher.isIdle === false; left -= LOOK_EVERY)
      await this.#pause();
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

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#parts.clock.after(LOOK_EVERY, resolve));
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
