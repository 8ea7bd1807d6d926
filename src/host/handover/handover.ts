import type { Program } from "../api/dialect.ts";
import { type SessionSnapshot } from "../../boundary/events.ts";
import type { HostSession } from "../api/host-session.ts";
import type {
  HandoverState,
  HandoverResult,
  ScriptHandover,
  PackedSessions,
  SessionHandover,
} from "../../boundary/handover.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { isMutable, SessionPacker, uncloneable } from "../../boundary/packed-sessions.ts";
import type { Ticker } from "../ticks/ticker.ts";
import { NO_SESSION } from "../../boundary/refs.ts";
import type { Loop } from "../../boundary/clock.ts";

/** So many values of sessions are handed on at once. */
const PART = 2000;

/** What a host tells the front when its place changes hands. */
export interface HandoverPorts {
  prepared(problem: string | null): void;
  /** What this host leaves of some of its sessions. */
  left(left: PackedSessions): void;
  /** Throws when something in it cannot be cloned. */
  retired(retirement: HandoverResult): void;
  released(legacy: SessionHandover): void;
}

/** What changes hands. */
export interface HandoverParts {
  readonly runtime: Runtime;
  /** By the names of their scripts. */
  readonly programs: ReadonlyMap<string, Program>;
  readonly tickers: ReadonlyMap<string, Ticker>;
  readonly loop: Loop;
}

/** Gives a host's place to the next version of its scripts, or takes it: sessions, states, the schedule of ticks. */
export class Handover {
  readonly #estate: HandoverParts;
  readonly #ports: HandoverPorts;
  /** Settles, when what a route shares has been evaluated, with what is wrong with it. */
  #loaded: Promise<string | null> | null = null;

  constructor(estate: HandoverParts, ports: HandoverPorts) {
    this.#estate = estate;
    this.#ports = ports;
  }

  /** Sessions that this host will take over. With the last of a round it says whether it could, all things loaded. */
  prepare(adoptions: readonly SessionSnapshot[], isLast: boolean): void {
    this.#estate.runtime.prepare(adoptions);
    if (!isLast) return;
    this.#loaded ??= this.#load();
    void this.#loaded.then((problem) => this.#ports.prepared(problem));
  }

  /** The state of the version before, and its schedule. */
  receiveState({ scripts }: HandoverState): void {
    for (const { script, saved, schedule } of scripts) {
      if (schedule !== null) this.#estate.tickers.get(script)?.continueFrom(schedule);
      const program = this.#estate.programs.get(script);
      if (saved !== undefined && program !== undefined) this.#estate.runtime.restore(program, saved);
    }
  }

  /** Gives the place up, unless a state cannot be handed over. */
  handOver(): void {
    try {
      this.#retire();
    } catch (error) {
      this.#ports.retired({ refusal: messageOf(error) });
    }
  }

  #retire(): void {
    const { runtime, tickers } = this.#estate;
    const staying = this.#leave();
    const legacy: HandoverState = { scripts: this.#scriptLegacies(), draining: staying };
    try {
      this.#ports.retired({ legacy });
    } catch (error) {
      throw unsendable(error);
    }
    for (const ticker of tickers.values()) ticker.stop();
    void Promise.all(this.#pendingTicks()).then(() => this.#lastTick());
    runtime.drain((session) => this.#ports.released(cloneableSession(this.#sessionLegacy(session))));
  }

  #pendingTicks(): PromiseLike<unknown>[] {
    return [...this.#estate.tickers.values()].flatMap(({ pending }) => pending ?? []);
  }

  // After the commit of what the tick has done, which leaves at the end of the microtasks.
  #lastTick(): void {
    const legacy: SessionHandover = { session: NO_SESSION, attributes: [], saved: undefined };
    this.#estate.loop.atTurnEnd(() => this.#ports.released(legacy));
  }

  // Only what is evaluated once for the route: a connection's own evaluation is made at its first event.
  async #load(): Promise<string | null> {
    try {
      for (const program of this.#estate.programs.values()) await program.load?.();
      return null;
    } catch (error) {
      return `throws while loading: ${messageOf(error)}`;
    }
  }

  // In parts, so that the next version takes the first ones while the last are collected. Answers who stays.
  #leave(): number[] {
    let part = new SessionPacker();
    const staying: number[] = [];
    for (const session of this.#estate.runtime.replica.allOwn()) {
      if (session.isPending) staying.push(session.ref);
      else part.add(session.ref, session.attributes ?? NO_ATTRIBUTES, this.#savedOf(session));
      if (part.size < PART) continue;
      this.#ports.left(part.pack());
      part = new SessionPacker();
    }
    if (part.size > 0) this.#ports.left(part.pack());
    if (this.#pendingTicks().length > 0) staying.push(NO_SESSION);
    return staying;
  }

  #sessionLegacy(session: HostSession): SessionHandover {
    const attributes = [...(session.attributes ?? NO_ATTRIBUTES)].filter(([, value]) => isMutable(value));
    return { session: session.ref, attributes, saved: this.#savedOf(session) };
  }

  // What it inherited itself and nobody has asked for yet goes on to the next.
  #savedOf(session: HostSession): unknown {
    return session.saved ?? savedBy(this.#estate.programs.get(session.handshake.script), session);
  }

  #scriptLegacies(): ScriptHandover[] {
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

const NO_ATTRIBUTES: readonly (readonly [string, unknown])[] = Object.freeze([]);

// An attribute that cannot be cloned stays behind, as at a crash.
function cloneableSession(legacy: SessionHandover): SessionHandover {
  const attributes = legacy.attributes.filter(([, value]) => uncloneable(value) === null);
  return { ...legacy, attributes, saved: uncloneable(legacy.saved) === null ? legacy.saved : undefined };
}

// Of all that leaves the host only what a route has saved is as the script made it.
function unsendable(error: unknown): Error {
  return new Error(`saveState gives what cannot be handed over: ${messageOf(error)}`, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
