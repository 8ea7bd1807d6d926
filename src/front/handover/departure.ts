// Front: takes sessions from a host whose scripts run elsewhere from now on to their new hosts, with their state.
import type { ReloadReason, ScriptEvent } from "../../boundary/events.ts";
import type { HandoverState, PackedSessions, SessionHandover } from "../../boundary/handover.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Directory } from "../directory/directory.ts";
import type { Hub } from "../directory/hub.ts";
import type { Session } from "../directory/session.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import { rejoinEvent } from "./takeover-events.ts";

/**
 * The sessions leave when their host hands over: each new host gets its sessions, and then the events that wait for
 * them. Those with a pending handler follow one by one.
 */
export class Departure {
  readonly #slot: number;
  readonly #ports: DeparturePorts;
  readonly #parts: PackedSessions[] = [];

  constructor(slot: number, ports: DeparturePorts) {
    this.#slot = slot;
    this.#ports = ports;
  }

  isLeaving(ref: SessionRef): boolean {
    const session = this.#ports.directory.sessions.get(ref);
    return session !== undefined && this.#newSlotOf(session) !== null;
  }

  /** The host leaves a part of its sessions' state. The new hosts take what concerns them. */
  add(packed: PackedSessions): void {
    const { shared } = packed;
    // A copy: the memory of a large state moves on to the host that takes over here.
    if (shared === undefined) this.#parts.push(packed);
    else this.#parts.push({ ...packed, shared: { ...shared, bytes: shared.bytes.slice() } });
  }

  /** All go, except those that drain. Without a state, none was handed over. */
  depart(dispatcher: Dispatcher, state: HandoverState | null, reason: ReloadReason): void {
    const draining = new Set(state?.draining);
    const leaving = this.#leaving(draining);
    const events = dispatcher.extract(leaving);
    for (const [slot, refs] of bySlot(leaving)) this.#moveAll(slot, refs, { state, reason });
    for (const event of events) this.#pushOn(event);
    this.#ports.onDeparted();
  }

  /** One follows: its handler has settled, or is lost. `events` have waited for it. */
  follow(
    ref: SessionRef,
    left: SessionHandover | null,
    { reason, events }: { readonly reason: ReloadReason; readonly events: readonly ScriptEvent[] },
  ): void {
    const { directory, hub, push } = this.#ports;
    const session = directory.sessions.get(ref);
    const slot = session === undefined ? null : this.#newSlotOf(session);
    if (session !== undefined && slot !== null) {
      directory.move(session, slot);
      const event = rejoinEvent(hub.snapshotsOf([ref]), left, reason);
      if (event !== null) push(slot, event);
    }
    for (const event of events) this.#pushOn(event);
  }

  #newSlotOf(session: Session): number | null {
    if (session.host !== this.#slot) return null;
    const slot = this.#ports.newSlotOf(session);
    return slot === undefined || slot === this.#slot ? null : slot;
  }

  #leaving(draining: ReadonlySet<SessionRef>): Map<SessionRef, number> {
    const leaving = new Map<SessionRef, number>();
    for (const session of this.#ports.directory.sessions.values()) {
      const slot = draining.has(session.ref) ? null : this.#newSlotOf(session);
      if (slot !== null) leaving.set(session.ref, slot);
    }
    return leaving;
  }

  #moveAll(
    slot: number,
    refs: readonly SessionRef[],
    { state, reason }: { readonly state: HandoverState | null; readonly reason: ReloadReason },
  ): void {
    const { directory, hub, push } = this.#ports;
    for (const ref of refs) {
      const session = directory.sessions.get(ref);
      if (session !== undefined) directory.move(session, slot);
    }
    const left = state === null ? {} : { state: { ...state, draining: [] }, packed: this.#parts };
    push(slot, { kind: "takeover", sessions: hub.snapshotsOf(refs), reason, ...left });
  }

  #pushOn(event: ScriptEvent): void {
    const session = "session" in event ? this.#ports.directory.sessions.get(event.session) : undefined;
    if (session !== undefined) this.#ports.push(session.host, event);
  }
}

/** How a host is replaced. */
export interface Replacement {
  /** Takes sessions to other hosts, where their scripts run from now on. */
  readonly departure?: Departure;
  /** Whether a host that does not run is started, to see that the new version loads. */
  readonly mustLoad?: boolean;
}

export interface DeparturePorts {
  readonly directory: Directory;
  readonly hub: Hub;
  /** The slot that serves a session from now on; undefined when none does. */
  readonly newSlotOf: (session: Session) => number | undefined;
  readonly push: (slot: number, event: ScriptEvent) => void;
  /** The sessions have left: from now on new ones go to the new hosts, too. */
  readonly onDeparted: () => void;
}

function bySlot(leaving: ReadonlyMap<SessionRef, number>): Map<number, SessionRef[]> {
  const slots = new Map<number, SessionRef[]>();
  for (const [ref, slot] of leaving) {
    const refs = slots.get(slot);
    if (refs === undefined) slots.set(slot, [ref]);
    else refs.push(ref);
  }
  return slots;
}
