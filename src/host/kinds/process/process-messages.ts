import type { Answer, Question } from "../../../boundary/questions.ts";
import type { FromThread } from "../messages.ts";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import type { Snapshot } from "../../../boundary/directory-record.ts";
import type { LogLine } from "../../../boundary/log-line.ts";

/** The file descriptors of a process host beyond the standard ones. */
export const MESSAGES_FD = 3;
export const REPLIES_FD = 4;
export const PROGRESS_FD = 5;

/** The first message to a process host. */
export interface ProcessInit {
  readonly spec: HostSpec;
}

/** What a process host says at once, a line of JSON each: it is written before the next statement runs. */
export type ProcessMessage =
  | { readonly kind: "log"; readonly line: LogLine }
  | { readonly kind: "follow" }
  | { readonly kind: "ask"; readonly question: Question }
  /** The error that ends it. */
  | { readonly kind: "error"; readonly message: string; readonly stack: string };

/** What a process host blocks for: its length in four bytes, then its bytes. */
export type Reply = Answer | Snapshot;

/** The bytes of the length before a reply. */
export const LENGTH_BYTES = 4;

/** What a process host posts beside its commits, which are arrays. */
export type FromProcess = Extract<
  FromThread,
  { kind: "ready" | "pulse" | "prepared" | "left" | "retired" | "released" }
>;

/**
 * What comes from a process lies in the memory of its whole message: bytes get their own, or whoever holds them could
 * read what was somebody else's.
 */
export function ownBytes(parts: readonly unknown[]): unknown[] {
  return parts.map((part) => {
    if (part instanceof Uint8Array) return new Uint8Array(part);
    if (!isRecord(part)) return part;
    const { data, body } = part;
    if (data instanceof Uint8Array) return { ...part, data: new Uint8Array(data) };
    return body instanceof Uint8Array ? { ...part, body: new Uint8Array(body) } : part;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
