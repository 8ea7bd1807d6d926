// Boundary: what goes to a host at once (a batch) and what comes back from it at once (a commit). Plain data.
import type { CommandList } from "./commands.ts";
import type { ScriptEvent } from "./events.ts";
import type { DirectoryChange } from "./directory-record.ts";

/** The most events of one batch. A host has one bit for each of them, in memory that outlives it. */
export const BATCH_EVENTS = 512;

/** What goes to a host at once: directory changes first, then events, numbered from `first` on. */
export interface Batch {
  readonly first: number;
  readonly events: readonly ScriptEvent[];
  readonly changes: readonly DirectoryChange[];
}

/** What comes back from a host at once: an acknowledgement and the commands made since the last one. */
export interface Commit {
  /** All events up to this number have been begun; those not listed as pending or waiting are done. */
  readonly through: number;
  /** Numbers of events whose handler has returned a promise that is not settled. */
  readonly pending: readonly number[];
  /** Numbers of events that wait behind a pending one of their session. */
  readonly waiting: readonly number[];
  /** Numbers of formerly pending or waiting events that are done now. */
  readonly settled: readonly number[];
  readonly commands: CommandList;
  /** Further commands of a large commit, after `commands`: each part is read when it is played. */
  readonly parts?: readonly (() => CommandList)[];
  /** Numbers of events that were thrown away because their session had been closed by the script. */
  readonly discarded: readonly number[];
  /** Calls of scripts that were refused, because of a bound. */
  readonly refused: number;
  /** The commit of a tick that has commands: it is written to the sockets at once. */
  readonly urgent: boolean;
}
