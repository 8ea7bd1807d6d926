// Host: reads, in the watch thread, the progress and the memory of a host that is a process.
import { closeSync, openSync, readSync } from "node:fs";
import { PROGRESS_BYTES, ProgressRecord } from "../runtime/progress-record.ts";
import type { Look } from "./thread-look.ts";
import type { ProcessSource } from "./watch-messages.ts";

/**
 * Both are files that stay open, because a server may have no descriptor left when it matters. What cannot be read keeps
 * its last value: that says nothing against the host.
 */
export class ProcessLook implements Look {
  readonly record: ProgressRecord;
  usedBytes = 0;
  isGone = false;
  readonly #source: ProcessSource;
  readonly #bytes = new Uint8Array(PROGRESS_BYTES);
  readonly #text = new Uint8Array(64);
  #statm = -1;
  #turns = 0;

  constructor(source: ProcessSource) {
    this.#source = source;
    this.record = new ProgressRecord(this.#bytes.buffer);
    this.#open();
  }

  /** A host that rests is read a few times a second. */
  refresh(isAwaited: boolean): void {
    this.#turns += 1;
    const isSlowTurn = this.#turns % REST_TURNS === 0;
    const isActive = isAwaited || this.record.currentPhase !== "idle";
    if (!isActive && !isSlowTurn) return;
    read(this.#source.progressFile, this.#bytes);
    if (isSlowTurn) this.#open();
    if (this.#statm < 0 || !read(this.#statm, this.#text)) return;
    this.usedBytes = residentPages(this.#text) * PAGE;
    this.isGone = this.usedBytes === 0;
  }

  // Tried again: a shortage of descriptors passes.
  #open(): void {
    if (this.#statm < 0) this.#statm = openOrNone(`/proc/${this.#source.pid}/statm`);
  }

  close(): void {
    if (this.#statm >= 0) closeSync(this.#statm);
    this.#statm = -1;
  }
}

/** The turns between two looks at a host that rests. */
const REST_TURNS = 5;

/** The size of a page on Linux; nearly all of Node's platforms there have this one. */
const PAGE = 4096;

const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;

/** The second number of `/proc/PID/statm`; 0 if there is none. */
export function residentPages(text: Uint8Array): number {
  let pages = 0;
  for (let at = text.indexOf(SPACE) + 1; at > 0 && at < text.length; at += 1) {
    const digit = text[at] ?? 0;
    if (digit < ZERO || digit > NINE) return pages;
    pages = pages * 10 + digit - ZERO;
  }
  return pages;
}

// The machine may have no such file, and a process that has just ended has none either.
function openOrNone(path: string): number {
  try {
    return openSync(path, "r");
  } catch {
    return -1;
  }
}

function read(file: number, into: Uint8Array): boolean {
  try {
    return readSync(file, into, 0, into.length, 0) > 0;
  } catch {
    return false;
  }
}
