// Server: installs deployments: places, replaces and removes hosts, and keeps the sessions of routes that remain.
import type { HostSpec } from "../../boundary/host-spec.ts";
import { keysOf, type ScriptKey } from "../../boundary/script-key.ts";
import type { Front } from "../../front/front.ts";
import { emptied } from "../../front/handover/empty-host.ts";
import type { Programs } from "../../front/ingress/programs.ts";
import type { Supervisor } from "../../front/supervise/supervisor.ts";
import { EMPTY_DEPLOYMENT, spreadOf, type Deployment } from "./deployment.ts";
import type { HostRemoval } from "./host-removal.ts";
import { Moves } from "./moves.ts";
import { reportOverload, type OverloadListener } from "./overload.ts";
import { changedFiles, isProgram, isSameHost } from "./plan.ts";
import type { Routing } from "./routing.ts";

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

  /** The specs of the hosts that have started. */
  get running(): HostSpec[] {
    const { front } = this.#parts;
    return [...this.#slots.values()]
      .map((slot) => front.supervisor(slot))
      .filter((supervisor) => supervisor !== undefined && supervisor.state !== "idle")
      .map((supervisor) => supervisor!.spec);
  }

  /**
   * Serves a deployment in place of the previous one; sessions of routes that remain stay, or move with their script to
   * its new hosts. Returns the scripts that continue in their previous version, and why. The hosts in `fresh` restart
   * even if their code has not changed.
   */
  async install(next: Deployment, fresh: Fresh = NONE_FRESH): Promise<ReadonlyMap<ScriptKey, string>> {
    const old = this.#slots;
    const slots = new Map(Array.from(next.hosts, ([name, spec]) => [name, this.#slotFor(name, spec)]));
    const moves = new Moves(this.#running(old), spreadOf(next, slots));
    const direct = (): void => this.routing.direct(next, slots, moves.pinned);
    const tried = fresh.retries ? EMPTY_DEPLOYMENT : this.#deployment;
    const work: Installation = {
      ...{ next, tried, slots, fresh, moves, direct },
      ...{ refused: new Map(), ready: new Map() },
    };
    this.#slots = slots;
    this.#deployment = next;
    this.#placeAll(work);
    const removed = this.#removeOld(old, work);
    direct();
    // A program of the previous version counts as started until it has ended.
    const started = Promise.all([...work.ready.values(), removed]).then(() => this.#programsStarted(next));
    this.#startPrograms(next);
    await started;
    return work.refused;
  }

  #running(slots: ReadonlyMap<string, number>): Map<number, HostSpec> {
    const running = new Map<number, HostSpec>();
    for (const slot of slots.values()) {
      const supervisor = this.#parts.front.supervisor(slot);
      if (supervisor !== undefined) running.set(slot, supervisor.spec);
    }
    return running;
  }

  #slotFor(name: string, spec: HostSpec): number {
    const known = this.#slots.get(name);
    return known !== undefined && this.#parts.front.supervisor(known) !== undefined
      ? known
      : this.#addHost(spec);
  }

  // A route that ticks without clients does not wait for the first one.
  #addHost(spec: HostSpec): number {
    const { front, addHost, onOverload } = this.#parts;
    const slot = addHost(spec);
    const supervisor = front.supervisor(slot);
    if (supervisor !== undefined && onOverload !== undefined) reportOverload(supervisor, onOverload);
    return slot;
  }

  // Those that scripts leave come last: they wait for the hosts to which these go.
  #placeAll(work: Installation): void {
    const { next, slots, moves } = work;
    const isLeft = ([name]: readonly [string, HostSpec]): boolean => moves.isLeft(slots.get(name) ?? 0);
    for (const host of next.hosts) if (!isLeft(host)) this.#place(host, work);
    for (const host of next.hosts) if (isLeft(host)) this.#place(host, work);
  }

  #place([name, spec]: readonly [string, HostSpec], work: Installation): void {
    const { front } = this.#parts;
    const slot = work.slots.get(name) ?? 0;
    const supervisor = front.supervisor(slot);
    if (supervisor === undefined) return;
    const isFresh = work.fresh.hosts.has(name);
    const files = isFresh ? null : changedFiles(supervisor.spec, spec);
    if (files !== null && supervisor.state !== "failed") {
      supervisor.update(spec);
      front.push(slot, files);
    } else if (
      work.moves.isLeft(slot) ||
      isFresh ||
      isNew(supervisor.spec, spec, work.tried.hosts.get(name))
    ) {
      work.ready.set(slot, this.#replace(supervisor, { slot, spec, isFresh }, work));
    } else if (isTarget(slot, work)) {
      work.ready.set(
        slot,
        this.#replace(supervisor, { slot, spec, isFresh: true }, { ...work, fresh: LOADING }),
      );
    } else if (supervisor.state === "idle" && ticksWhenEmpty(spec)) supervisor.wake();
  }

  /** Resolves with the reason why the host goes on as before; null when it has been replaced. */
  async #replace(
    supervisor: Supervisor,
    { slot, spec, isFresh }: { readonly slot: number; readonly spec: HostSpec; readonly isFresh: boolean },
    work: Installation,
  ): Promise<string | null> {
    const { moves, fresh } = work;
    const before = keysOf(supervisor.spec);
    await this.#parts.removal.closeSessions(slot, (session) => moves.newSlotOf(session) === undefined);
    const problem =
      (await this.#targetsProblem(slot, work)) ??
      (await supervisor.replace(spec, "reload", {
        ...(moves.isLeft(slot) ? { departure: this.#departureFrom(slot, work) } : {}),
        mustLoad: isFresh && fresh.mustLoad,
      }));
    if (problem !== null)
      for (const script of [...keysOf(spec), ...before]) work.refused.set(script, problem);
    return problem;
  }

  async #targetsProblem(slot: number, { moves, ready }: Installation): Promise<string | null> {
    const targets = [...moves.targetsOf(slot)];
    const problems = await Promise.all(targets.map(async (target) => (await ready.get(target)) ?? null));
    return problems.find((problem) => problem !== null) ?? null;
  }

  #departureFrom(slot: number, { moves, direct }: Installation): ReturnType<Front["departureFrom"]> {
    const onDeparted = (): void => {
      moves.moved(slot);
      direct();
    };
    return this.#parts.front.departureFrom(slot, { newSlotOf: moves.newSlotOf, onDeparted });
  }

  async #removeOld(old: ReadonlyMap<string, number>, work: Installation): Promise<void> {
    const gone = [...old].filter(([name]) => !work.slots.has(name));
    await Promise.all(gone.map(([name, slot]) => this.#remove(name, slot, work)));
  }

  // A host whose scripts have moved ends when its sessions have; if they cannot, it stays under its name.
  async #remove(name: string, slot: number, work: Installation): Promise<void> {
    const { front, removal } = this.#parts;
    const supervisor = front.supervisor(slot);
    if (supervisor === undefined) return;
    if (!work.moves.isLeft(slot)) return await removal.close(slot);
    const spec = emptied(supervisor.spec);
    const problem = await this.#replace(supervisor, { slot, spec, isFresh: false }, work);
    if (problem === null) void removal.end(slot);
    else this.#slots = new Map([...this.#slots, [name, slot]]);
  }

  // A program acts without being asked, so it does not wait for its first event.
  #startPrograms(next: Deployment): void {
    for (const slot of this.#programSlots(next)) {
      const supervisor = this.#parts.front.supervisor(slot);
      if (supervisor?.state === "idle") supervisor.wake();
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
  readonly programs: Programs;
  readonly removal: HostRemoval;
  /** Adds a host, and returns its slot. */
  readonly addHost: (spec: HostSpec) => number;
  /** Called when the ticks of a route start to overrun. */
  readonly onOverload?: OverloadListener | undefined;
}

/** The hosts that restart even if their code has not changed. */
export interface Fresh {
  readonly hosts: ReadonlySet<string>;
  /** Whether those that do not run are started, to see that they load. */
  readonly mustLoad: boolean;
  /** Whether a version that was given up is tried again, though it is the same. */
  readonly retries: boolean;
}

/** Nothing restarts without a change. */
export const NONE_FRESH: Fresh = { hosts: new Set(), mustLoad: false, retries: false };

/** A host to which sessions move must have loaded before they do. */
const LOADING: Fresh = { hosts: new Set(), mustLoad: true, retries: false };

/**
 * Whether a host gets a version that it does not run. If that version was installed before, the host has given it up for
 * the previous one: a save elsewhere would only crash it again.
 */
function isNew(running: HostSpec, spec: HostSpec, tried: HostSpec | undefined): boolean {
  return !isSameHost(running, spec) && (tried === undefined || !isSameHost(tried, spec));
}

/** One installation of a deployment. */
interface Installation {
  readonly next: Deployment;
  /** The versions that its hosts got before, and need not get again. */
  readonly tried: Deployment;
  /** The slots of its hosts, by name. */
  readonly slots: ReadonlyMap<string, number>;
  readonly fresh: Fresh;
  readonly moves: Moves;
  /** Directs paths and jobs to where scripts run now. */
  readonly direct: () => void;
  /** The scripts that continue in their previous version, and why. */
  readonly refused: Map<ScriptKey, string>;
  /** The hosts that are being replaced, by slot: each with its problem, or null when it has been. */
  readonly ready: Map<number, Promise<string | null>>;
}

function isTarget(slot: number, { moves, slots }: Installation): boolean {
  return moves.targets.has(slot) && [...slots.values()].includes(slot);
}

function ticksWhenEmpty({ scripts }: HostSpec): boolean {
  return scripts.some(({ info }) => info.runOptions?.tickWhenEmpty === true);
}
