// Host: what only a process host sends and gets, and its file descriptors.
import type { PackedSnapshot } from "../common/packed-snapshot.ts";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import type { Answer } from "../../../boundary/questions.ts";
import type { FromHost } from "../common/messages.ts";

/** A message of a process to its front. */
export type ProcessMessage = FromHost | ProcessError;

/** The error that ends the process. */
export interface ProcessError {
  readonly kind: "error";
  readonly message: string;
  readonly stack: string;
}

/** The first message to a process host. */
export interface ProcessInit {
  readonly spec: HostSpec;
}

/** A process host blocks for it. */
export type Reply = Answer | PackedSnapshot;

/**
 * The file descriptors of a process host beyond the standard ones. It has no channel of Node's: what it sends goes
 * through one pipe, in order, and a full pipe blocks it.
 */
export const MESSAGES_FD = 3;
export const REPLIES_FD = 4;
export const PROGRESS_FD = 5;
export const EVENTS_FD = 6;
