// Host: the messages between a thread or process and its front: their kinds, and how batches and commits are packed.
import type { Batch, Commit } from "../../../boundary/batch.ts";
import type { CommandList } from "../../../boundary/commands.ts";
import type { DirectoryChange } from "../../../boundary/directory-record.ts";
import type { ScriptEvent, SessionSnapshot } from "../../../boundary/events.ts";
import type { HandoverResult, PackedSessions, SessionHandover } from "../../../boundary/handover.ts";
import type { FailingScripts, HostListener } from "../../../boundary/host.ts";
import type { LogLine } from "../../../boundary/log-line.ts";
import type { Payload } from "../../../boundary/payload.ts";
import type { Question } from "../../../boundary/questions.ts";
import type { TickSample } from "../../../boundary/tick-sample.ts";

/** A message from a host to the front. Most are commits, which are arrays. */
export type FromHost =
  PackedCommit | CommitPart | HostNotice | HostRequest | { readonly kind: "log"; readonly line: LogLine };

/** Commands of the next commit. */
export interface CommitPart {
  readonly kind: "part";
  /** A serialized list of commands. */
  readonly bytes: Uint8Array;
}

/** A host's reports about itself and its handover. */
export type HostNotice =
  | { readonly kind: "ready" }
  | { readonly kind: "starting" }
  | { readonly kind: "failing"; readonly failing: FailingScripts }
  | { readonly kind: "finished" }
  | { readonly kind: "tickSample"; readonly sample: TickSample }
  | { readonly kind: "prepared"; readonly problem: string | null }
  | { readonly kind: "sessionState"; readonly packed: PackedSessions }
  | { readonly kind: "handedOver"; readonly result: HandoverResult }
  | { readonly kind: "sessionReleased"; readonly handover: SessionHandover };

/** The host blocks until the front has replied. */
export type HostRequest =
  | { readonly kind: "follow" }
  | { readonly kind: "question"; readonly question: Question }
  /** It gets its reply when all commits that it has sent have been applied. */
  | { readonly kind: "sync" };

/** A message from the front to a host, beside its batches, which are arrays. */
export type ToHost =
  | { readonly kind: "prepare"; readonly snapshots: readonly SessionSnapshot[]; readonly isLast: boolean }
  | { readonly kind: "receiveState"; readonly packed: PackedSessions }
  | { readonly kind: "handOver" }
  | { readonly kind: "finish"; readonly limit: number }
  /** The thread measures its memory. A process is measured from outside. */
  | { readonly kind: "measure" }
  /** The front has applied this number of commits, and commits of ticks. A thread reads it from shared memory instead. */
  | { readonly kind: "applied"; readonly commits: number; readonly ticks: number };

/** A batch is one flat array. Messages, which are most events, take three places and no object. */
export type PackedBatch = readonly unknown[];

export type PackedCommit = readonly [
  through: number,
  pending: readonly number[],
  waiting: readonly number[],
  settled: readonly number[],
  commands: CommandList,
  discarded: readonly number[],
  urgent: boolean,
  refused: number,
];

const OBJECT = 0;
const MESSAGE = 1;

export function packBatch(batch: Batch): PackedBatch {
  const packed: unknown[] = [batch.first, batch.changes.length === 0 ? null : batch.changes];
  for (const event of batch.events) {
    if (event.kind === "message") packed.push(MESSAGE, event.session, event.data);
    else packed.push(OBJECT, event);
  }
  return packed;
}

export function unpackBatch(packed: PackedBatch): Batch {
  const events: ScriptEvent[] = [];
  let at = 2;
  while (at < packed.length) {
    if (packed[at] === MESSAGE) {
      events.push({ kind: "message", session: packed[at + 1] as number, data: packed[at + 2] as Payload });
      at += 3;
    } else {
      events.push(packed[at + 1] as ScriptEvent);
      at += 2;
    }
  }
  const changes = (packed[1] ?? []) as readonly DirectoryChange[];
  return { first: packed[0] as number, events, changes };
}

export function packCommit(commit: Commit): PackedCommit {
  const { through, pending, waiting, settled, commands, discarded, urgent, refused } = commit;
  return [through, pending, waiting, settled, commands, discarded, urgent, refused];
}

export function unpackCommit(packed: PackedCommit): Commit {
  const [through, pending, waiting, settled, commands, discarded, urgent, refused] = packed;
  return { through, pending, waiting, settled, commands, discarded, urgent, refused };
}

/** The memory of a large state moves to the next thread: copied, it would hold up the front. */
export function transferOf({ shared }: PackedSessions): ArrayBuffer[] {
  return shared === undefined ? [] : [shared.bytes.buffer as ArrayBuffer];
}

/** Passes a host's notice on to its listener. */
export function receiveNotice(notice: HostNotice, listener: HostListener): void {
  if (notice.kind === "ready") listener.onReady();
  else if (notice.kind === "starting") listener.onStarting?.();
  else if (notice.kind === "failing") listener.onFailing?.(notice.failing);
  else if (notice.kind === "finished") listener.onFinished?.();
  else if (notice.kind === "tickSample") listener.onTickSample?.(notice.sample);
  else if (notice.kind === "prepared") listener.onPrepared?.(notice.problem);
  else if (notice.kind === "sessionState") listener.onSessionState?.(notice.packed);
  else if (notice.kind === "handedOver") listener.onHandedOver?.(notice.result);
  else listener.onSessionReleased?.(notice.handover);
}
