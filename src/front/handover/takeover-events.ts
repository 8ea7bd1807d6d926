import type { Adoption, ReloadReason, ScriptEvent } from "../../boundary/events.ts";
import type { SessionLegacy } from "../../boundary/handover.ts";
import type { FrontPorts } from "../supervise/front-ports.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import { packLegacy } from "../../boundary/packed-sessions.ts";
import type { SessionRef } from "../../boundary/refs.ts";

/** What a fresh incarnation is told before all that waits: whom it takes over, and from what. */
export function firstEvents(
  spec: HostSpec,
  front: Pick<FrontPorts, "sessions" | "adoptionsOf">,
  before: { readonly reason: ReloadReason | null; readonly held: Iterable<SessionRef> },
): ScriptEvent[] {
  const isRestless = spec.scripts.some(({ info }) => info.wishes?.tickWhenEmpty === true);
  if (before.reason === null) return isRestless ? [NOBODY_YET] : [];
  const held = new Set(before.held);
  const adoptions = front
    .adoptionsOf(front.sessions())
    .map((adoption) => (held.has(adoption.session) ? { ...adoption, isStaying: true } : adoption));
  if (adoptions.length === 0 && !isRestless) return [];
  return [{ kind: "adopt", adoptions, reason: before.reason }];
}

/** A session that had stayed with the version before comes to the one that serves; null when it has ended. */
export function comingHome(
  adoptions: Adoption[],
  legacy: SessionLegacy | null,
  reason: ReloadReason,
): ScriptEvent | null {
  if (adoptions.length === 0) return null;
  const adopt: ScriptEvent = { kind: "adopt", adoptions, reason };
  return legacy === null ? adopt : { ...adopt, left: packLegacy(legacy) };
}

// What ticks also while nobody is connected begins when it is told that there is nobody.
const NOBODY_YET: ScriptEvent = { kind: "adopt", adoptions: [], reason: "reload" };
