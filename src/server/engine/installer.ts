// Server: installs deployments: places, replaces and removes hosts, and keeps the sessions of routes that remain.
import { GOING_AWAY } from "../../boundary/errors/close-codes.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { Session } from "../../front/directory/session.ts";
import type { Front } from "../../front/front.ts";
import type { Programs } from "../../front/ingress/programs.ts";
import type { TurnOutbox } from "../../front/outbox/outbox.ts";
import type { Supervisor } from "../../front/supervise/supervisor.ts";
import type { TaskRuns } from "../../front/task-runs.ts";
import { EMPTY_DEPLOYMENT, newHostIn, spreadOf, type Deployment } from "./deployment.ts";
import { reportOverload, type OverloadListener } from "./overload.ts";
import { changedFiles, isProgram, isSameHost } from "./plan.ts";
import type { Routing } from "./routing.ts";
import { keysOf, type ScriptKey } from "../../boundary/script-key.ts";

/** Serves one deployment after another. */
export class Installer {
  readonly routing: Routing;
  readonly #parts: InstallerParts;
  #deployment: Deployment = EMPTY_DEPLOYMENT;
  #slots: ReadonlyMap<string, number> = new Map();

  constructor(parts: InstallerParts, routing: Routing) {
    this.#parts = parts;
    this.routing = routing;
  }

  get deployment(): Deployment {
    return this.#deployment;
  }

  /** The slots of the hosts, by name. */
  get slots(): ReadonlyMap<string, number> {
    return this.#slots;
  }

  /**
   * Serves a deployment in place of the previous one; sessions of routes that remain stay. Returns the scripts that
   * continue in their previous version, and why. The hosts in `fresh` restart even if their code has not changed.
   */
  async install(
    next: Deployment,
    fresh: ReadonlySet<string> = new Set(),
  ): Promise<ReadonlyMap<ScriptKey, string>> {
    const changes: Changes = { endings: [], refused: new Map() };
    const slots = new Map<string, number>();
    for (const [name, spec] of next.hosts)
      slots.set(name, this.#place(name, spec, { changes, isFresh: fresh.has(name) }));
    const newHostFor = newHostIn(spreadOf(next, slots));
    for (const [name, slot] of this.#slots)
      if (!slots.has(name)) changes.endings.push(this.#remove(slot, newHostFor));
    this.#slots = slots;
    this.#deployment = next;
    this.routing.direct(next, slots);
    // A program of the previous version counts as started until it has ended.
    const started = Promise.all(changes.endings).then(() => this.#programsStarted(next));
    this.#startPrograms(next);
    await started;
    return changes.refused;
  }

  #place(name: string, spec: HostSpec, { changes, isFresh }: Placing): number {
    const { front } = this.#parts;
    const known = this.#slots.get(name);
    const supervisor = known === undefined ? undefined : front.supervisor(known);
    if (known === undefined || supervisor === undefined) return this.#addHost(spec);
    const files = isFresh ? null : changedFiles(supervisor.spec, spec);
    if (files !== null && supervisor.state !== "failed") {
      supervisor.update(spec);
      front.push(known, files);
    } else if (isFresh || !isSameHost(supervisor.spec, spec)) {
      changes.endings.push(this.#replace(supervisor, spec, changes.refused));
    }
    return known;
  }

  // A route that ticks without clients does not wait for the first one.
  #addHost(spec: HostSpec): number {
    const { front, addHost, onOverload } = this.#parts;
    const slot = addHost(spec);
    const supervisor = front.supervisor(slot);
    if (supervisor !== undefined && onOverload !== undefined) reportOverload(supervisor, onOverload);
    if (spec.scripts.some(({ info }) => info.runOptions?.tickWhenEmpty === true)) supervisor?.start();
    return slot;
  }

  async #replace(supervisor: Supervisor, spec: HostSpec, refused: Map<ScriptKey, string>): Promise<void> {
    const problem = await supervisor.replace(spec, "reload");
    if (problem !== null) for (const script of keysOf(spec)) refused.set(script, problem);
  }

  async #remove(slot: number, newHostFor: (session: Session) => number | undefined): Promise<void> {
    const { front, outbox, tasks, programs } = this.#parts;
    for (const session of [...front.directory.sessions.values()]) {
      if (session.host !== slot || newHostFor(session) !== undefined) continue;
      front.hub.close(session.ref, GOING_AWAY, "route has gone");
      front.hub.finish(session);
    }
    outbox.flush();
    tasks.drop(slot);
    programs.remove(slot);
    await front.replaceHost(slot, newHostFor);
  }

  // A program acts without being asked, so it does not wait for its first event.
  #startPrograms(next: Deployment): void {
    for (const slot of this.#programSlots(next)) {
      const supervisor = this.#parts.front.supervisor(slot);
      if (supervisor?.state === "idle") supervisor.start();
    }
  }

  async #programsStarted(next: Deployment): Promise<void> {
    const { front, programs } = this.#parts;
    const coming = this.#programSlots(next).filter((slot) => front.supervisor(slot)?.state !== "failed");
    await Promise.all(coming.map((slot) => programs.starts.wait(slot)));
  }

  #programSlots({ hosts }: Deployment): number[] {
    return [...hosts].flatMap(([name, spec]) => (isProgram(spec) ? [this.#slots.get(name) ?? 0] : []));
  }
}

export interface InstallerParts {
  readonly front: Front;
  readonly outbox: TurnOutbox;
  readonly tasks: TaskRuns;
  readonly programs: Programs;
  /** Adds a host, and returns its slot. */
  readonly addHost: (spec: HostSpec) => number;
  /** Called when the ticks of a route start to overrun. */
  readonly onOverload?: OverloadListener | undefined;
}

/** The consequences of an installation: hosts that are ending, and scripts that continue in their previous version. */
interface Changes {
  readonly endings: Promise<unknown>[];
  readonly refused: Map<ScriptKey, string>;
}

interface Placing {
  readonly changes: Changes;
  /** Whether the host restarts even if its code has not changed. */
  readonly isFresh: boolean;
}
