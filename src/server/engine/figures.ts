// Server: the figures of a running server: its health and its status.
import type { Clock } from "../../boundary/clock.ts";
import type { Front } from "../../front/front.ts";
import type { Programs } from "../../front/ingress/programs.ts";
import type { TurnOutbox } from "../../front/outbox/outbox.ts";
import type { ServerHealth } from "./health.ts";
import type { Installer } from "./installer.ts";
import { statusOf, type ServerStatus } from "./status.ts";

/** Reads the figures of a server's parts. */
export class Figures {
  readonly #parts: FiguresParts;
  readonly #startedAt: number;

  constructor(parts: FiguresParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  /** The health report, as `GET /_parlor/health` returns it. */
  get health(): ServerHealth {
    const { front, outbox, programs, installer } = this.#parts;
    const { rows } = installer.deployment;
    const { faults, interrupted, discarded, shed } = front.counts;
    const failedRoutes = this.#failedRoutes;
    return {
      status: failedRoutes.length > 0 ? "degraded" : "ok",
      uptimeSeconds: this.#uptime,
      sessions: front.directory.size,
      routes: rows.length,
      failedRoutes,
      ...{ faults, interrupted, discarded, shed },
      messages: { ...outbox.counts },
      ...programs.health,
    };
  }

  /** The figures of every script. */
  get status(): ServerStatus {
    const { front, outbox, installer } = this.#parts;
    const { faults, discarded } = front.counts;
    const { droppedClosed, droppedSlow } = outbox.counts;
    return {
      uptime: this.#uptime,
      sessions: front.directory.size,
      dropped: droppedClosed + droppedSlow,
      ...{ faults, discarded },
      scripts: statusOf(front, installer.deployment, installer.slots),
    };
  }

  get #uptime(): number {
    return Math.round((this.#parts.clock.now() - this.#startedAt) / 1000);
  }

  // Scripts that do not load, and those of hosts that fail. What has no route has a name.
  get #failedRoutes(): string[] {
    const { deployment, slots } = this.#parts.installer;
    const programs = deployment.rows.filter(({ kind, status }) => kind === "program" && status === "failed");
    const failing = [...slots.values()].flatMap((slot) => {
      const supervisor = this.#parts.front.supervisor(slot);
      return supervisor?.isFailing === true ? supervisor.spec.scripts.map(({ info }) => info) : [];
    });
    const names = [
      ...failing.map(({ route, name }) => route || name),
      ...programs.map(({ script }) => script),
    ];
    return [...new Set([...deployment.failed.map(({ route }) => route), ...names])];
  }
}

export interface FiguresParts {
  readonly clock: Clock;
  readonly front: Front;
  readonly outbox: TurnOutbox;
  readonly programs: Programs;
  readonly installer: Installer;
}
