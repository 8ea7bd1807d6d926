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
import { NO_SESSION, type SessionRef } from "../../boundary/refs.ts";
import type { Program } from "../api/dialect.ts";
import type { HostSession } from "../api/host-session.ts";
import type { Replica } from "../api/replica.ts";
import { packShared, SessionPacker, unpackShared } from "../bytes/packed-values.ts";
import type { ScriptTickers } from "../ticks/script-tickers.ts";
import type { SessionTakeover } from "./session-takeover.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** A host uses one half of it when it starts, the other when it is replaced. */
export class Handover {
  readonly #parts: HandoverParts;
  readonly #ports: HandoverPorts;
  /** Settles when the state that a route shares has been evaluated: with a problem, or null. */
  #loaded: Promise<string | null> | null = null;
  /** Parts of the states that scripts share, from the previous version. */
  readonly #shared = new Map<ScriptKey, Uint8Array[]>();

  constructor(parts: HandoverParts, ports: HandoverPorts) {
    this.#parts = parts;
    this.#ports = ports;
  }

  /** Sessions that this host will take over. After the last part it loads, and reports whether it can take over. */
  prepare(snapshots: readonly SessionSnapshot[], isLast: boolean): void {
    this.#parts.runtime.takeover.prepare(snapshots);
    if (!isLast) return;
    this.#loaded ??= this.#load();
    void this.#loaded.then(this.#ports.prepared);
  }

  /** A part of what the previous version leaves. */
  receivePart(packed: PackedSessions): void {
    const { shared } = packed;
    if (shared === undefined) return this.#parts.runtime.takeover.receiveState(packed);
    const parts = this.#shared.get(shared.script) ?? [];
    this.#shared.set(shared.script, parts);
    parts.push(shared.bytes);
  }

  /** This host takes over: the scripts get their states, and continue the previous version's tick schedules. */
  receiveState({ scripts }: HandoverState): void {
    const { runtime, programs, tickers } = this.#parts;
    for (const { script, schedule } of scripts) {
      if (schedule !== null) tickers.of(script)?.continueFrom(schedule);
      const [program, parts] = [programs.get(script), this.#shared.get(script)];
      if (parts !== undefined && program !== undefined) runtime.restore(program, () => unpackShared(parts));
    }
    this.#shared.clear();
  }

  /** Hands over, unless `saveState` throws: then this host continues. */
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
    this.#sendShared();
    this.#ports.handedOver({ state: { scripts: this.#schedules(), draining } });
    tickers.stop();
    void Promise.all(tickers.pending).then(() => this.#releaseTicks());
    runtime.drain((session) =>
      this.#ports.sessionReleased({ session: session.ref, packed: this.#packedOf(session) }),
    );
  }

  #sendShared(): void {
    for (const [script, program] of this.#parts.programs) {
      const saved = savedBy(program, null);
      for (const part of this.#sharedOf(script, saved)) this.#ports.sessionState(part);
    }
  }

  #sharedOf(script: ScriptKey, saved: unknown): PackedSessions[] {
    try {
      return saved === undefined ? [] : packShared(script, saved);
    } catch (error) {
      this.#parts.onLost(script, null, messageOf(error));
      return [];
    }
  }

  // After the commit of the last tick's commands, which leaves at the end of the microtasks.
  #releaseTicks(): void {
    const none: SessionHandover = { session: NO_SESSION, packed: NO_STATE };
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
    let part = this.#packer();
    const draining: SessionRef[] = [];
    for (const session of this.#parts.runtime.replica.allOwn()) {
      if (session.isPending) draining.push(session.ref);
      else part.add(session.ref, session.attributes, this.#savedOf(session));
      if (part.size < PART_SIZE) continue;
      this.#ports.sessionState(part.pack());
      part = this.#packer();
    }
    if (part.size > 0) this.#ports.sessionState(part.pack());
    if (this.#parts.tickers.pending.length > 0) draining.push(NO_SESSION);
    return draining;
  }

  // The new version serves already: state that cannot be handed over is left behind.
  #packedOf(session: HostSession): PackedSessions {
    const { attributes } = session;
    const pack = (saved: unknown): PackedSessions => {
      const packer = this.#packer();
      packer.add(session.ref, attributes, saved);
      return packer.pack();
    };
    try {
      return pack(this.#savedOf(session));
    } catch (error) {
      this.#parts.onLost(session.handshake.script, null, messageOf(error));
      return pack(undefined);
    }
  }

  #packer(): SessionPacker {
    const { replica } = this.#parts.runtime;
    return new SessionPacker((ref, key, why) => {
      const session = replica.own(ref);
      if (session !== undefined) this.#parts.onLost(session.handshake.script, key, why);
    });
  }

  // A state that was received here and not restored yet is passed on to the next version.
  #savedOf(session: HostSession): unknown {
    return session.saved ?? savedBy(this.#parts.programs.get(session.handshake.script), session);
  }

  #schedules(): ScriptHandover[] {
    const schedule = (script: ScriptKey): ScriptHandover["schedule"] =>
      this.#parts.tickers.of(script)?.schedule ?? null;
    return Array.from(this.#parts.programs.keys(), (script) => ({ script, schedule: schedule(script) }));
  }
}

/** What a host sends to the front during a handover. */
export interface HandoverPorts {
  readonly prepared: (problem: string | null) => void;
  /** The states of some of this host's sessions. */
  sessionState(packed: PackedSessions): void;
  handedOver(result: HandoverResult): void;
  sessionReleased(handover: SessionHandover): void;
}

/** The parts of a host that are handed over. */
export interface HandoverParts {
  readonly runtime: HandoverRuntime;
  readonly programs: ReadonlyMap<ScriptKey, Program>;
  readonly tickers: ScriptTickers;
  readonly loop: Loop;
  /** An attribute of a session, or a state that its script saved (`key` is null), is left behind. */
  onLost(script: ScriptKey, key: string | null, why: string): void;
}

/** The runtime of the host. */
interface HandoverRuntime {
  readonly replica: Replica;
  readonly takeover: SessionTakeover;
  /** Gives a program the state that its previous version saved. */
  restore(program: Program, readSaved: () => unknown): void;
  /** Starts nothing new. Reports each pending session when its promise has settled. */
  drain(onReleased: (session: HostSession) => void): void;
}

/** The number of values of sessions in one part: the front keeps a part as long as one of its attributes. */
const PART_SIZE = 500;

const NO_STATE: PackedSessions = { saved: null, attributes: null };

function savedBy(program: Program | undefined, session: HostSession | null): unknown {
  try {
    return program?.save?.(session);
  } catch (error) {
    throw new Error(`saveState throws: ${messageOf(error)}`, { cause: error });
  }
}
