// Front: routes the messages of one incarnation by the role that it has when they come.
import type { HostListener } from "../../boundary/host.ts";

/**
 * An incarnation serves, is about to take over, or has been replaced and drains. Without a role, its messages are
 * ignored, except its log lines.
 */
export function hostMessageRouter(
  incarnation: number,
  roles: HostRoles,
  log: Pick<HostListener, "onLog">,
): HostListener {
  const role = (): HostRole | null => roles.roleOf(incarnation);
  return {
    onReady: () => role()?.onReady?.(),
    onPrepared: (problem) => role()?.onPrepared?.(problem),
    onSessionState: (packed) => role()?.onSessionState?.(packed),
    onHandedOver: (result) => role()?.onHandedOver?.(result),
    onSessionReleased: (session) => role()?.onSessionReleased?.(session),
    onCommit: (commit) => role()?.onCommit(commit),
    onLog: (line) => log.onLog(line),
    onTickSample: (sample) => role()?.onTickSample?.(sample),
    onStands: (ms) => role()?.onStands?.(ms),
    onExit: (exit) => role()?.onExit(exit),
    onFollow: () => role()?.onFollow() ?? [],
    onQuestion: (question, reply) => {
      const current = role();
      if (current?.onQuestion !== undefined) current.onQuestion(question, reply);
      else reply({ ok: false, reason: "this version does not serve" });
    },
  };
}

/** Handles the messages of an incarnation in one role. */
export type HostRole = Pick<HostListener, "onCommit" | "onExit" | "onFollow"> &
  Partial<Omit<HostListener, "onLog">>;

/** Finds the role of each incarnation. */
export interface HostRoles {
  roleOf(incarnation: number): HostRole | null;
}
