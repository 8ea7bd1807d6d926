import type { Answer, Question } from "../core/claims.ts";
import type { Snapshot } from "../core/directory.ts";
import type { LogLine } from "../core/ports.ts";
import type { HostSpec } from "./host.ts";

/** The file descriptors of a process host beyond the standard ones. */
export const SAYS = 3;
export const ANSWERS = 4;
export const MARKS = 5;

/** The first message to a process host. */
export interface ProcessBirth {
  readonly spec: HostSpec;
}

/** What a process host says at once, a line of JSON each: it is written before the next statement runs. */
export type Saying =
  | { readonly kind: "log"; readonly line: LogLine }
  | { readonly kind: "follow" }
  | { readonly kind: "ask"; readonly question: Question }
  /** The error that ends it. */
  | { readonly kind: "error"; readonly message: string; readonly stack: string };

/** What a process host blocks for: its length in four bytes, then its bytes. */
export type Reply = Answer | Snapshot;

/** The bytes of the length before a reply. */
export const LENGTH_BYTES = 4;

/** What a process host posts beside its commits. */
export interface ProcessReady {
  readonly kind: "ready";
}
