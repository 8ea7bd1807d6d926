import type { MessagePort } from "node:worker_threads";
import type { Question } from "../../boundary/questions.ts";
import type { CommandList } from "../../boundary/commands.ts";
import type { SessionSnapshot, ScriptEvent } from "../../boundary/events.ts";
import type { HandoverResult, PackedSessions, SessionHandover } from "../../boundary/handover.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { DirectoryChange } from "../../boundary/directory-record.ts";
import type { Batch, Commit } from "../../boundary/batch.ts";
import type { LogLine } from "../../boundary/log-line.ts";
import type { TickSample } from "../../boundary/tick-sample.ts";
import type { HostListener } from "../../boundary/host.ts";

/** What a thread is born with. */
export interface ThreadInit {
  readonly spec: HostSpec;
  /** Memory of `Marks`. */
  readonly progress: SharedArrayBuffer;
  /** Raised by the front whenever it has posted something: what blocks until then wakes. */
  readonly wakeSignal: SharedArrayBuffer;
  /** How many commits of ticks the front is done with. */
  readonly ackedTicks: SharedArrayBuffer;
  /** Brings the answers that a thread blocks for. */
  readonly answers: MessagePort;
}

/** A message from a thread to the front. Commits are most of them, and are told by being arrays. */
export type FromThread =
  | PackedCommit
  | { readonly kind: "ready" }
  | { readonly kind: "log"; readonly line: LogLine }
  | { readonly kind: "pulse"; readonly pulse: TickSample }
  | { readonly kind: "prepared"; readonly problem: string | null }
  | { readonly kind: "left"; readonly left: PackedSessions }
  | { readonly kind: "retired"; readonly retirement: HandoverResult }
  | { readonly kind: "released"; readonly legacy: SessionHandover }
  | { readonly kind: "follow" }
  | { readonly kind: "ask"; readonly question: Question };

/** What the front tells a host beside its batches, which are arrays. */
export type ToHost =
  | { readonly kind: "prepare"; readonly adoptions: readonly SessionSnapshot[]; readonly isLast: boolean }
  | { readonly kind: "inherit"; readonly left: PackedSessions }
  | { readonly kind: "retire" }
  /** The front is done with so many commits of ticks; a thread reads that from memory. */
  | { readonly kind: "taken"; readonly ticks: number };

export type PackedCommit = readonly [
  through: number,
  pending: readonly number[],
  waiting: readonly number[],
  settled: readonly number[],
  commands: CommandList,
  discarded: number,
  urgent: boolean,
];

/** A batch for a thread: one flat array. Messages, which are most events, take three places and no object. */
export type PackedBatch = readonly unknown[];

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
  const { through, pending, waiting, settled, commands, discarded, urgent } = commit;
  return [through, pending, waiting, settled, commands, discarded, urgent];
}

export function unpackCommit(packed: PackedCommit): Commit {
  const [through, pending, waiting, settled, commands, discarded, urgent] = packed;
  return { through, pending, waiting, settled, commands, discarded, urgent };
}

const KINDS: ReadonlySet<unknown> = new Set<Exclude<FromThread, PackedCommit>["kind"]>([
  "ready",
  "log",
  "pulse",
  "prepared",
  "left",
  "retired",
  "released",
  "follow",
  "ask",
]);

/** Whether a message is a host's own. A script, or a package of its, finds the same way to the server and may say anything. */
export function isOfHost(message: unknown): boolean {
  if (Array.isArray(message)) return message.length === 7;
  return typeof message === "object" && message !== null && "kind" in message && KINDS.has(message.kind);
}

/** Passes on what a host tells of itself and of its succession. */
export function receive(
  message: Extract<FromThread, { kind: "ready" | "pulse" | "prepared" | "left" | "retired" | "released" }>,
  listener: HostListener,
): void {
  if (message.kind === "ready") listener.onReady();
  else if (message.kind === "pulse") listener.onTickSample?.(message.pulse);
  else if (message.kind === "prepared") listener.onPrepared?.(message.problem);
  else if (message.kind === "left") listener.onSessionState?.(message.left);
  else if (message.kind === "retired") listener.onHandedOver?.(message.retirement);
  else listener.onSessionReleased?.(message.legacy);
}
