// Host: hands sessions, states and tick schedules over to the next version of its scripts, or receives them.
import { messageOf } from "../../boundary/checks.ts";
import type { Loop } from "../../boundary/clock.ts";
import type { SessionSnapshot } from "../../boundary/events.ts";
import type {
  HandoverState,
  HandoverResult,
  ScriptHandover,
  PackedSessions,
  SessionHandover,
} from "../../boundary/handover.ts";
import { isMutable, SessionPacker, uncloneable } from "../../boundary/packed-sessions.ts";
import { NO_SESSION, type SessionRef } from "../../boundary/refs.ts";
import type { Program } from "../api/dialect.ts";
import type { HostSession } from "../api/host-session.ts";
import type { Replica } from "../api/replica.ts";
import type { ScriptTickers } from "../ticks/script-tickers.ts";
import type { SessionTakeover } from "./session-takeover.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** A host uses one half of it when it starts, the other when it is replaced. */
export class Handover {
  readonly #parts: HandoverParts;
  readonly #ports: HandoverPorts;
  /** Settles when the state that a route shares has been evaluated: with a problem, or null. */
  #loaded: Promise<string | null> | null = null;

  constructor(parts: HandoverParts, ports: HandoverPorts) {
    this.#parts = parts;
    this.#ports = ports;
  }

  /** Sessions that this host will take over. After the last part it loads, and reports whether it can take over. */
  prepare(snapshots: readonly SessionSnapshot[], isLast: boolean): void {
    this.#parts.runtime.takeover.prepare(snapshots);
    if (!isLast) return;
    this.#loaded ??= this.#load();
    void this.#loaded.then((problem) => this.#ports.prepared(problem));
  }

  /** The scripts' states from the previous version, and its tick schedules. */
  receiveState({ scripts }: HandoverState): void {
    const { runtime, programs, tickers } = this.#parts;
    for (const { script, saved, schedule } of scripts) {
      if (schedule !== null) tickers.of(script)?.continueFrom(schedule);
      const program = programs.get(script);
      if (saved !== undefined && program !== undefined) runtime.restore(program, saved);
    }
  }

  /** Hands over, unless a state cannot be sent: then this host continues. */
  handOver(): void {
    try {
      this.#handOver();
    } catch (error) {
      this.#ports.handedOver({ refusal: messageOf(error) });
    }
  }

  #handOver(): void {
    const { runtime, tickers } = this.#parts;
    const draining = this.#sendSessions();
    this.#send({ scripts: this.#scriptStates(), draining });
    tickers.stop();
    void Promise.all(tickers.pending).then(() => this.#releaseTicks());
    runtime.drain((session) => this.#ports.sessionReleased(withoutUncloneable(this.#stateOf(session))));
  }

  // All else that leaves the host is Parlor's own; only the state that a route saved can fail to clone.
  #send(state: HandoverState): void {
    try {
      this.#ports.handedOver({ state });
    } catch (error) {
      throw new Error(`saveState returned a value that cannot be handed over: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  // After the commit of the last tick's commands, which leaves at the end of the microtasks.
  #releaseTicks(): void {
    const none: SessionHandover = { session: NO_SESSION, attributes: [], saved: undefined };
    this.#parts.loop.atTurnEnd(() => this.#ports.sessionReleased(none));
  }

  // Only the state that a route shares: a connection's own instance is made at its first event.
  async #load(): Promise<string | null> {
    try {
      for (const program of this.#parts.programs.values()) await program.load?.();
      return null;
    } catch (error) {
      return `throws while loading: ${messageOf(error)}`;
    }
  }

  // In parts, so that the next version reads the first ones while the last are collected. Returns the draining sessions.
  #sendSessions(): SessionRef[] {
    let part = new SessionPacker();
    const draining: SessionRef[] = [];
    for (const session of this.#parts.runtime.replica.allOwn()) {
      if (session.isPending) draining.push(session.ref);
      else part.add(session.ref, session.attributes ?? NO_ATTRIBUTES, this.#savedOf(session));
      if (part.size < PART_SIZE) continue;
      this.#ports.sessionState(part.pack());
      part = new SessionPacker();
    }
    if (part.size > 0) this.#ports.sessionState(part.pack());
    if (this.#parts.tickers.pending.length > 0) draining.push(NO_SESSION);
    return draining;
  }

  #stateOf(session: HostSession): SessionHandover {
    const attributes = [...(session.attributes ?? NO_ATTRIBUTES)].filter(([, value]) => isMutable(value));
    return { session: session.ref, attributes, saved: this.#savedOf(session) };
  }

  // A state that was received here and not restored yet is passed on to the next version.
  #savedOf(session: HostSession): unknown {
    return session.saved ?? savedBy(this.#parts.programs.get(session.handshake.script), session);
  }

  #scriptStates(): ScriptHandover[] {
    return Array.from(this.#parts.programs, ([script, program]) => ({
      script,
      saved: savedBy(program, null),
      schedule: this.#parts.tickers.of(script)?.schedule ?? null,
    }));
  }
}

/** What a host sends to the front during a handover. */
export interface HandoverPorts {
  prepared(problem: string | null): void;
  /** The states of some of this host's sessions. */
  sessionState(packed: PackedSessions): void;
  /** Throws when a part of it cannot be cloned. */
  handedOver(result: HandoverResult): void;
  sessionReleased(handover: SessionHandover): void;
}

/** The parts of a host that are handed over. */
export interface HandoverParts {
  readonly runtime: HandoverRuntime;
  readonly programs: ReadonlyMap<ScriptKey, Program>;
  readonly tickers: ScriptTickers;
  readonly loop: Loop;
}

/** The runtime of the host. */
interface HandoverRuntime {
  readonly replica: Replica;
  readonly takeover: SessionTakeover;
  /** Gives a program the state that its previous version saved. */
  restore(program: Program, saved: unknown): void;
  /** Starts nothing new. Reports each pending session when its promise has settled. */
  drain(onReleased: (session: HostSession) => void): void;
}

/** The number of values of sessions in one part. */
const PART_SIZE = 2000;

const NO_ATTRIBUTES: readonly (readonly [string, unknown])[] = Object.freeze([]);

function savedBy(program: Program | undefined, session: HostSession | null): unknown {
  try {
    return program?.save?.(session);
  } catch (error) {
    throw new Error(`saveState throws: ${messageOf(error)}`, { cause: error });
  }
}

// An attribute that cannot be cloned is left out, as at a crash.
function withoutUncloneable(handover: SessionHandover): SessionHandover {
  const attributes = handover.attributes.filter(([, value]) => uncloneable(value) === null);
  const saved = uncloneable(handover.saved) === null ? handover.saved : undefined;
  return { ...handover, attributes, saved };
}
