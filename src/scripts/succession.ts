import type { Program } from "../core/dialect.ts";
import { NOBODY, type Adoption } from "../core/events.ts";
import type { HostSession } from "../core/host-session.ts";
import type { Legacy, Retirement, ScriptLegacy, SessionLegacy } from "../core/legacy.ts";
import type { Loop } from "../core/ports.ts";
import type { Runtime } from "./runtime.ts";
import type { Ticker } from "./ticker.ts";

/** What a host tells the front when its place changes hands. */
export interface SuccessionPorts {
  prepared(problem: string | null): void;
  /** Throws when something in it cannot be cloned. */
  retired(retirement: Retirement): void;
  released(legacy: SessionLegacy): void;
}

/** What changes hands. */
export interface Estate {
  readonly runtime: Runtime;
  /** By the names of their scripts. */
  readonly programs: ReadonlyMap<string, Program>;
  readonly tickers: ReadonlyMap<string, Ticker>;
  readonly loop: Loop;
}

/** Gives a host's place to the next version of its scripts, or takes it: sessions, states, the schedule of ticks. */
export class Succession {
  readonly #estate: Estate;
  readonly #ports: SuccessionPorts;

  constructor(estate: Estate, ports: SuccessionPorts) {
    this.#estate = estate;
    this.#ports = ports;
  }

  /** Sessions that this host will take over. After the last of them it evaluates what a route shares. */
  prepare(adoptions: readonly Adoption[], isLast: boolean): void {
    this.#estate.runtime.prepare(adoptions);
    if (isLast) void this.#load();
  }

  /** The state of the version before, and its schedule. */
  inherit({ scripts }: Legacy): void {
    for (const { script, saved, schedule } of scripts) {
      if (schedule !== null) this.#estate.tickers.get(script)?.inherit(schedule);
      const program = this.#estate.programs.get(script);
      if (saved !== undefined && program !== undefined) this.#estate.runtime.restore(program, saved);
    }
  }

  /** Gives the place up, unless a state cannot be handed over. */
  retire(): void {
    try {
      this.#retire();
    } catch (error) {
      this.#ports.retired({ refusal: messageOf(error) });
    }
  }

  #retire(): void {
    const { runtime, tickers } = this.#estate;
    const legacy = this.#legacy();
    try {
      this.#ports.retired({ legacy });
    } catch {
      this.#ports.retired({ legacy: cloneable(legacy) });
    }
    for (const ticker of tickers.values()) ticker.stop();
    void Promise.all(this.#pendingTicks()).then(() => this.#lastTick());
    runtime.retire((session) => this.#ports.released(cloneableSession(this.#sessionLegacy(session))));
  }

  #pendingTicks(): PromiseLike<unknown>[] {
    return [...this.#estate.tickers.values()].flatMap(({ pending }) => pending ?? []);
  }

  // After the commit of what the tick has done, which leaves at the end of the microtasks.
  #lastTick(): void {
    const legacy: SessionLegacy = { session: NOBODY, attributes: [], saved: undefined };
    this.#estate.loop.atTurnEnd(() => this.#ports.released(legacy));
  }

  // Only what is evaluated once for the route: a connection's own evaluation is made at its first event.
  async #load(): Promise<void> {
    try {
      for (const program of this.#estate.programs.values()) await program.load?.();
      this.#ports.prepared(null);
    } catch (error) {
      this.#ports.prepared(`throws while loading: ${messageOf(error)}`);
    }
  }

  #legacy(): Legacy {
    const sessions: SessionLegacy[] = [];
    const staying: number[] = [];
    for (const session of this.#estate.runtime.replica.allOwn()) {
      if (session.busy > 0) staying.push(session.ref);
      else this.#collect(session, sessions);
    }
    if (this.#pendingTicks().length > 0) staying.push(NOBODY);
    return { scripts: this.#scriptLegacies(), sessions, staying };
  }

  // Most sessions have nothing that the front does not know: they cost nothing.
  #collect(session: HostSession, into: SessionLegacy[]): void {
    const legacy = this.#sessionLegacy(session);
    if (legacy.saved !== undefined || legacy.attributes.length > 0) into.push(legacy);
  }

  #sessionLegacy(session: HostSession): SessionLegacy {
    const program = this.#estate.programs.get(session.handshake.script);
    // What it inherited itself and nobody has asked for yet goes on to the next.
    const saved = session.saved ?? savedBy(program, session);
    return { session: session.ref, attributes: mutable(session.attributes), saved };
  }

  #scriptLegacies(): ScriptLegacy[] {
    return Array.from(this.#estate.programs, ([script, program]) => ({
      script,
      saved: savedBy(program, null),
      schedule: this.#estate.tickers.get(script)?.schedule ?? null,
    }));
  }
}

function savedBy(program: Program | undefined, session: HostSession | null): unknown {
  try {
    return program?.save?.(session);
  } catch (error) {
    throw new Error(`saveState throws: ${messageOf(error)}`, { cause: error });
  }
}

// What is no object cannot have changed since it was set.
function mutable(attributes: ReadonlyMap<string, unknown> | null): (readonly [string, unknown])[] {
  if (attributes === null) return [];
  return [...attributes].filter(([, value]) => typeof value === "object" && value !== null);
}

// An attribute that cannot be cloned stays behind, as at a crash; a state that cannot be handed over keeps the old version.
function cloneable(legacy: Legacy): Legacy {
  for (const { saved } of [...legacy.scripts, ...legacy.sessions]) refuseUncloneable(saved);
  return { ...legacy, sessions: legacy.sessions.map(withCloneableAttributes) };
}

function cloneableSession(legacy: SessionLegacy): SessionLegacy {
  const plain = withCloneableAttributes(legacy);
  return isCloneable(plain.saved) ? plain : { ...plain, saved: undefined };
}

function withCloneableAttributes(legacy: SessionLegacy): SessionLegacy {
  return { ...legacy, attributes: legacy.attributes.filter(([, value]) => isCloneable(value)) };
}

function refuseUncloneable(saved: unknown): void {
  try {
    structuredClone(saved);
  } catch (error) {
    throw new Error(`saveState gives what cannot be handed over: ${messageOf(error)}`, { cause: error });
  }
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
