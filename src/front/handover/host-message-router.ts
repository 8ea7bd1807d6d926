import type { HandoverResult, PackedSessions } from "../../boundary/handover.ts";
import type { DrainingHost } from "./draining-host.ts";
import type { FrontPorts } from "../supervise/front-ports.ts";
import type { HandoverCoordinator } from "./handover-coordinator.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { Commit } from "../../boundary/batch.ts";
import type { Host, HostExit, HostListener } from "../../boundary/host.ts";

type Pulse = Parameters<NonNullable<HostListener["onTickSample"]>>[0];

/** Who plays which part at the moment, and what is done with what the host that serves says. */
export interface HostRoles {
  readonly front: FrontPorts;
  host(): Host | null;
  swap(): HandoverCoordinator | null;
  elder(): DrainingHost | null;
  onReady(): void;
  onLeft(left: PackedSessions): void;
  onRetired(retirement: HandoverResult): void;
  onCommit(commit: Commit): void;
  onPulse(pulse: Pulse): void;
  onExit(exit: HostExit): void;
  refuse(problem: string): void;
}

/** Hears one incarnation, by the part that it plays when it speaks; whoever plays none is not heard but for its log. */
export function hostMessageRouter(incarnation: number, roles: HostRoles): HostListener {
  const { front } = roles;
  const isCurrent = (): boolean => roles.host()?.incarnation === incarnation;
  const swap = (): HandoverCoordinator | null =>
    roles.swap()?.host.incarnation === incarnation ? roles.swap() : null;
  const elder = (): DrainingHost | null =>
    roles.elder()?.host.incarnation === incarnation ? roles.elder() : null;
  return {
    onReady: () => (isCurrent() ? roles.onReady() : swap()?.onReady()),
    onPrepared: (problem) => swap()?.onPrepared(problem),
    onSessionState: (left) => void (isCurrent() && roles.onLeft(left)),
    onHandedOver: (retirement) => void (isCurrent() && roles.onRetired(retirement)),
    onSessionReleased: (legacy) => elder()?.onReleased(legacy),
    onCommit: (commit) => {
      if (isCurrent()) roles.onCommit(commit);
      else (swap() ?? elder())?.onCommit(commit);
    },
    onLog: (line) => front.onLog(line),
    onTickSample: (pulse) => void (isCurrent() && roles.onPulse(pulse)),
    onExit: (exit) => {
      if (isCurrent()) roles.onExit(exit);
      else if (swap() !== null) roles.refuse(exit.reason);
      else elder()?.die(exit);
    },
    onFollow: () => {
      if (isCurrent()) return front.follow(null);
      if (swap() !== null) return front.follow(incarnation);
      return elder() === null ? [] : glance(front, incarnation);
    },
    onQuestion: (question, reply) => {
      if (isCurrent()) front.ask(question, reply);
      else reply({ ok: false, reason: "this version does not serve" });
    },
  };
}

// What has been replaced reads for the few seconds that it still has; it does not follow.
function glance(front: FrontPorts, incarnation: number): Snapshot {
  const snapshot = front.follow(incarnation);
  front.forget(incarnation);
  return snapshot;
}
