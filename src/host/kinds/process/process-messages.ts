// Host: what only a process host sends: lines on a pipe, replies on another, and the first message.
import { isRecord } from "../../../boundary/checks.ts";
import type { Snapshot } from "../../../boundary/directory-record.ts";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import type { LogLine } from "../../../boundary/log-line.ts";
import type { Answer } from "../../../boundary/questions.ts";
import type { HostRequest } from "../common/messages.ts";

/** A line of JSON, sent at once. Commits and notices go through the channel of the process instead. */
export type ProcessMessage =
  | { readonly kind: "log"; readonly line: LogLine }
  | HostRequest
  /** The error that ends the process. */
  | { readonly kind: "error"; readonly message: string; readonly stack: string };

/** The first message to a process host. */
export interface ProcessInit {
  readonly spec: HostSpec;
}

/** A process host blocks for it: its length in four bytes, then its bytes. */
export type Reply = Answer | Snapshot;

/** The bytes of the length before a reply. */
export const LENGTH_BYTES = 4;

/** The file descriptors of a process host beyond the standard ones. */
export const MESSAGES_FD = 3;
export const REPLIES_FD = 4;
export const PROGRESS_FD = 5;

/**
 * Bytes from a process lie in the memory of its whole message. Each part gets its own memory, or its reader could read
 * other sessions' bytes.
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
