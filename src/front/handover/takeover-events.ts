import type { SessionSnapshot, ReloadReason, ScriptEvent } from "../../boundary/events.ts";
import type { SessionHandover } from "../../boundary/handover.ts";
import type { FrontPorts } from "../supervise/front-ports.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import { packSession } from "../../boundary/packed-sessions.ts";
import type { SessionRef } from "../../boundary/refs.ts";

/** What a fresh incarnation is told before all that waits: whom it takes over, and from what. */
export function takeoverEvents(
  spec: HostSpec,
  front: Pick<FrontPorts, "sessions" | "snapshotsOf">,
  before: { readonly reason: ReloadReason | null; readonly held: Iterable<SessionRef> },
): ScriptEvent[] {
  const isRestless = spec.scripts.some(({ info }) => info.runOptions?.tickWhenEmpty === true);
  if (before.reason === null) return isRestless ? [NOBODY_YET] : [];
  const held = new Set(before.held);
  const adoptions = front
    .snapshotsOf(front.sessions())
    .map((adoption) => (held.has(adoption.session) ? { ...adoption, isDraining: true } : adoption));
  if (adoptions.length === 0 && !isRestless) return [];
  return [{ kind: "takeover", sessions: adoptions, reason: before.reason }];
}

/** A session that had stayed with the version before comes to the one that serves; null when it has ended. */
export function rejoinEvent(
  adoptions: SessionSnapshot[],
  legacy: SessionHandover | null,
  reason: ReloadReason,
): ScriptEvent | null {
  if (adoptions.length === 0) return null;
  const adopt: ScriptEvent = { kind: "takeover", sessions: adoptions, reason };
  return legacy === null ? adopt : { ...adopt, packed: packSession(legacy) };
}

// What ticks also while nobody is connected begins when it is told that there is nobody.
const NOBODY_YET: ScriptEvent = { kind: "takeover", sessions: [], reason: "reload" };
