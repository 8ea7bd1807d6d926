// Front: the takeover events that give sessions to a host which did not open them.
import type { ReloadReason, ScriptEvent, SessionSnapshot, TakeoverEvent } from "../../boundary/events.ts";
import type { SessionHandover } from "../../boundary/handover.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { SlotSessions } from "../incarnation/incarnation-ports.ts";

/** The events that a new incarnation gets before all that wait. `reason` is null for the first one of a host. */
export function takeoverEvents(
  spec: HostSpec,
  sessions: Pick<SlotSessions, "refs" | "snapshotsOf">,
  previous: PreviousVersion,
): ScriptEvent[] {
  const ticksWhenEmpty = spec.scripts.some(({ info }) => info.runOptions?.tickWhenEmpty === true);
  if (previous.reason === null) return ticksWhenEmpty ? [NO_SESSIONS_YET] : [];
  const snapshots = markDraining(
    sessions.snapshotsOf(sessions.refs().filter((ref) => !previous.leaving.takesAway(ref))),
    new Set(previous.draining),
  );
  if (snapshots.length === 0 && !ticksWhenEmpty) return [];
  return [{ kind: "takeover", sessions: snapshots, reason: previous.reason }];
}

/** What an incarnation has to know of those before it. */
export interface PreviousVersion {
  /** Null for the first incarnation of a host. */
  readonly reason: ReloadReason | null;
  readonly draining: Iterable<SessionRef>;
  /** Knows whether a session that drains goes to another host afterwards. */
  readonly leaving: { takesAway(session: SessionRef): boolean };
}

/** Marks the sessions whose events still go to the previous version. */
export function markDraining(
  snapshots: readonly SessionSnapshot[],
  draining: ReadonlySet<SessionRef>,
): SessionSnapshot[] {
  return snapshots.map((snapshot) =>
    draining.has(snapshot.session) ? { ...snapshot, isDraining: true } : snapshot,
  );
}

/** A session comes from the previous version to the one that serves. Null when it has ended. */
export function rejoinEvent(
  snapshots: SessionSnapshot[],
  left: SessionHandover | null,
  reason: ReloadReason,
): ScriptEvent | null {
  if (snapshots.length === 0) return null;
  const event: TakeoverEvent = { kind: "takeover", sessions: snapshots, reason };
  return left === null ? event : { ...event, packed: [left.packed] };
}

// A script that ticks without sessions starts to tick with its first takeover.
const NO_SESSIONS_YET: ScriptEvent = { kind: "takeover", sessions: [], reason: "reload" };
