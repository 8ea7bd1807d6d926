// Front: what follows when an event is done, or is not going to be: sessions end, clients get a response, losses count.
import { POLICY_VIOLATION } from "../boundary/errors/close-codes.ts";
import type { Clock } from "../boundary/clock.ts";
import { REFUSALS } from "../boundary/errors/refusals.ts";
import type { ScriptEvent } from "../boundary/events.ts";
import type { SessionRef } from "../boundary/refs.ts";
import type { Directory } from "./directory/directory.ts";
import type { Hub } from "./directory/hub.ts";
import type { Session } from "./directory/session.ts";
import type { LossReason } from "./dispatch/dispatch-ports.ts";
import type { FrontCounts, FrontParts, Outcome } from "./front-parts.ts";
import { culpritReport } from "./supervise/host-report.ts";

export class EventOutcomes {
  readonly counts: FrontCounts = {
    ...{ discarded: 0, refusedCalls: 0, interrupted: 0, faults: 0, shed: 0, culprits: 0 },
  };
  /** How many closes of sessions have been lost: their `onClose` has not run to its end. */
  lostCloses = 0;
  readonly #clock: Clock;
  readonly #directory: Directory;
  readonly #hub: Hub;
  readonly #parts: () => FrontParts;

  constructor(clock: Clock, { directory, hub, parts }: OutcomePorts) {
    this.#clock = clock;
    this.#directory = directory;
    this.#hub = hub;
    this.#parts = parts;
  }

  /** However a close event ended, its session ends; however an upgrade ended, its client gets a response. */
  settle(slot: number, event: ScriptEvent, outcome: Outcome): void {
    if (outcome === "interrupted") this.counts.interrupted += 1;
    if (event.kind === "close") {
      if (outcome !== "done") this.lostCloses += 1;
      const session = this.sessionOf(event);
      if (session !== undefined) this.#hub.finish(session);
    } else if (event.kind === "open") {
      this.#noteOpened(event.session);
    } else if (event.kind === "message") {
      if (outcome !== "done") this.#lose(event.session, outcome === "dropped" ? "failed" : outcome);
    } else if (event.kind === "call") {
      this.sessionOf(event)?.inbound.line?.answered();
    } else if (event.kind === "upgrade" && outcome !== "done") {
      const { status, text } = REFUSALS.UPGRADE_INTERRUPTED;
      this.#hub.refuse(event.session, status, text, []);
    } else if (event.kind === "request" || event.kind === "run") {
      this.#parts().onSettled(slot, event, outcome);
    }
  }

  /** A host hung on an event. A session whose events do that twice within a minute is closed. */
  hung(slot: number, event: ScriptEvent): void {
    const session = this.sessionOf(event);
    if (session?.state !== "open") return;
    const { inbound, handshake, ref } = session;
    const now = this.#clock.ticks();
    const isSecond = now - inbound.hungAt <= CULPRIT_WITHIN;
    inbound.hungAt = now;
    if (!isSecond) return;
    this.counts.culprits += 1;
    this.#parts().reports.onReport(culpritReport(handshake), slot);
    this.#hub.close(ref, POLICY_VIOLATION, CULPRIT);
  }

  sessionOf(event: ScriptEvent): Session | undefined {
    return "session" in event ? this.#directory.sessions.get(event.session) : undefined;
  }

  #lose(session: SessionRef, why: "failed" | LossReason): void {
    this.#directory.sessions.get(session)?.inbound.drop(why);
  }

  #noteOpened(ref: SessionRef): void {
    const session = this.#directory.sessions.get(ref);
    if (session === undefined) return;
    session.admission = "opened";
    this.#directory.touch(session);
  }
}

interface OutcomePorts {
  readonly directory: Directory;
  readonly hub: Hub;
  readonly parts: () => FrontParts;
}

/** Two hangs within this time, ms, are no accident. */
const CULPRIT_WITHIN = 60_000;
const CULPRIT = "the script hung on its messages twice";
