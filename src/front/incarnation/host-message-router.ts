// Front: routes the messages of one incarnation by the role that it has when they come.
import type { Commit } from "../../boundary/batch.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { CommitReceipt, HostExit, HostListener } from "../../boundary/host.ts";
import type { TickSample } from "../../boundary/tick-sample.ts";
import type { HostQueue } from "./host-queue.ts";

/**
 * An incarnation serves, is about to take over, or has been replaced and drains. Without a role, its messages are
 * ignored, except its log lines.
 */
export function hostMessageRouter(
  incarnation: number,
  roles: HostRoles,
  { queue, log }: RouterParts,
): HostListener {
  const role = (): HostRole | null => roles.roleOf(incarnation);
  const inOrder = (action: (current: HostRole | null) => void): void => queue.inOrder(() => action(role()));
  return {
    onStarting: () => undefined,
    onFailing: (failing) => inOrder((current) => current?.onFailing?.(failing)),
    onReady: () => inOrder((current) => current?.onReady?.()),
    onPrepared: (problem) => inOrder((current) => current?.onPrepared?.(problem)),
    onSessionState: (packed) => inOrder((current) => current?.handover?.onSessionState(packed)),
    onHandedOver: (result) => inOrder((current) => current?.handover?.onHandedOver(result)),
    onSessionReleased: (session) => inOrder((current) => current?.onSessionReleased?.(session)),
    onFinished: () => inOrder((current) => current?.onFinished?.()),
    onCommit: (commit, receipt) => receiveCommit(role(), queue, commit, receipt),
    onLog: (line) => log.onLog(line),
    onTickSample: (sample) => role()?.ticks?.add(sample),
    // While its commits are being played, it may wait for what comes after them.
    onStands: (ms) => (queue.isEmpty ? role()?.onStands?.(ms) : undefined),
    onExit: (exit) => inOrder((current) => current?.onExit(exit)),
    onFollow: (reply) => inOrder((current) => reply(current?.onFollow() ?? [])),
    onQuestion: (question, reply) =>
      inOrder((current) => {
        if (current?.onQuestion !== undefined) current.onQuestion(question, reply);
        else reply({ ok: false, reason: "this version does not serve" });
      }),
  };
}

// Whether it has an effect is decided when it comes. A host that does not serve yet has its commits kept.
function receiveCommit(
  role: HostRole | null,
  queue: HostQueue,
  commit: Commit,
  receipt: CommitReceipt | undefined,
): void {
  if (role !== null && receipt !== undefined && role.keepsCommits !== true)
    return queue.commit(commit, receipt);
  role?.onCommit(commit);
  receipt?.onApplied();
}

/** What a router works with. */
export interface RouterParts {
  readonly queue: HostQueue;
  readonly log: Pick<HostListener, "onLog">;
}

type Listener = Required<HostListener>;

/** Handles the messages of an incarnation in one role. */
export interface HostRole extends Partial<
  Pick<
    Listener,
    "onReady" | "onFailing" | "onPrepared" | "onSessionReleased" | "onFinished" | "onStands" | "onQuestion"
  >
> {
  /** Takes what the host leaves when it hands over. */
  readonly handover?: Pick<Listener, "onSessionState" | "onHandedOver">;
  readonly ticks?: { add(sample: TickSample): void };
  /** Whether its commits have no effect yet. */
  readonly keepsCommits?: boolean;
  onCommit(commit: Commit): void;
  /** Checks an acknowledgement: what is wrong with it, in a few words. */
  readonly dispatcher?: { problemWith(commit: Commit): string | null };
  onExit(exit: HostExit): void;
  onFollow(): Snapshot;
}

/** Finds the role of each incarnation. */
export interface HostRoles {
  roleOf(incarnation: number): HostRole | null;
}
