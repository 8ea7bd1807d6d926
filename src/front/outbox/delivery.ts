// Front: writes frames to sessions' sockets, keeps those that must wait, and cuts slow readers.
import type { Clock } from "../../boundary/clock.ts";
import { OutboundFlow } from "../flow/outbound-flow.ts";
import { BacklogPolicy } from "./backlog-policy.ts";
import { Backlog } from "./backlog.ts";
import { slowFrame } from "./close-frame.ts";
import { FrameBatch } from "./frame-batch.ts";
import type { CutReason, OutboxOptions } from "./outbox-options.ts";
import { AWAY_LINK, NO_LINK, type Link, type SessionQueue } from "./session-queue.ts";
import { SlowWatch } from "./slow-watch.ts";

/**
 * A socket that has taken everything is written at once. Otherwise frames wait here, where they can be dropped and count,
 * until the kernel has taken what was written before.
 */
export class Delivery {
  readonly flow = new OutboundFlow();
  readonly watch: SlowWatch;
  readonly #clock: Clock;
  readonly #options: OutboxOptions;
  readonly #policy: BacklogPolicy;
  /** Sessions to close when the turn's frames have been written. */
  #closing: SessionQueue[] = [];

  constructor(clock: Clock, options: OutboxOptions) {
    this.#clock = clock;
    this.#options = options;
    this.watch = new SlowWatch(clock, options.unsentTimeout, (queue) => {
      this.#cut(queue, "stalled");
      this.closeAll();
    });
    const { flow, watch } = this;
    this.#policy = new BacklogPolicy({ flow, watch, options, onCut: (queue) => this.#cut(queue, "slow") });
  }

  deliver(queue: SessionQueue, batch: FrameBatch): void {
    const { link } = queue;
    this.flow.assign(queue, batch);
    if (link === null) this.#wait(queue, batch);
    else if (link.readyState !== OPEN && !queue.isAway) this.flow.drop(queue, batch, "closed");
    else if (link.readyState === OPEN && isFree(queue, link) && batch.isReady)
      this.#write(queue, link, batch);
    else this.#wait(queue, batch);
  }

  /** Writes one slice if nothing waits in the socket; returns whether it did. */
  writeAtOnce(queue: SessionQueue, slice: Buffer, frames: number): boolean {
    const { link, kept } = queue;
    if (link === null || link.readyState !== OPEN || !isFree(queue, link)) return false;
    const { rawSocket } = link;
    if (kept === null) rawSocket.write(slice);
    else if (!kept.writeSlice(slice, frames, link)) return false;
    const isTaken = rawSocket.writableLength === 0 && rawSocket.writable;
    const written = isTaken ? null : new FrameBatch([slice], [{ from: 0, to: frames }], null, null);
    this.flow.direct(queue, frames, written === null ? slice.length : null);
    if (written === null) this.watch.taken(queue, slice.length);
    else this.#await(queue, link, written);
    return true;
  }

  /** Frames for a session that is closed, closing or gone. */
  dropClosed(queue: SessionQueue, batch: Parameters<OutboundFlow["drop"]>[1]): void {
    this.flow.assign(queue, batch);
    this.flow.drop(queue, batch, "closed");
  }

  /** The session has its connection: frames that were kept for it are written. */
  attach(queue: SessionQueue, link: Link): void {
    queue.link = link;
    if (queue.kept !== null) queue.kept.resend(link);
    this.#pump(queue);
  }

  /** The session has lost its connection: what its socket has not taken waits for the next one. */
  detach(queue: SessionQueue): void {
    queue.link = AWAY_LINK;
    if (queue.backlog !== null) queue.backlog.isWatched = false;
    this.#policy.boundAway(queue);
  }

  /** The client left before it had a connection: frames that were kept are dropped, and so are all that follow. */
  forget(queue: SessionQueue): void {
    queue.link ??= NO_LINK;
    this.#policy.abandon(queue, "closed");
  }

  closeLater(queue: SessionQueue): void {
    this.#closing.push(queue);
  }

  /** Closes the sessions of `closeLater`. Listeners of a close may send: a new turn must have started before. */
  closeAll(): void {
    if (this.#closing.length === 0) return;
    const closing = this.#closing;
    this.#closing = [];
    for (const queue of closing) this.close(queue);
  }

  /** Sends the close frame, if the session has one and is open, behind the frames that wait. */
  close(queue: SessionQueue): void {
    const { link, closeFrame, backlog } = queue;
    if (link === null || closeFrame === null) return;
    if (link.readyState !== OPEN) return this.#policy.abandon(queue, "closed");
    if (backlog?.isEmpty === false) return;
    link.close(closeFrame.code, closeFrame.reason);
    if (backlog?.isCut === true) this.#clock.after(this.#options.slowGrace, () => link.terminate());
  }

  #wait(queue: SessionQueue, batch: FrameBatch): void {
    const backlog = (queue.backlog ??= new Backlog());
    const isFine = this.#policy.of(queue) !== "close";
    const { isAway } = queue;
    for (const part of batch.parts(isFine)) {
      if (isAway) this.#policy.admitAway(queue, part);
      else if (backlog.isCut) this.flow.drop(queue, part, "closed");
      else this.#policy.admit(queue, part);
    }
    if (backlog.isCut) return;
    this.#pump(queue);
    if (!backlog.isIdle) this.watch.add(queue);
    if (this.watch.heldBytes > this.#options.unsentTotal) this.#shed();
  }

  /** Hands waiting frames to the socket, until enough is under way. */
  #pump(queue: SessionQueue): void {
    const { link, backlog } = queue;
    if (link === null || backlog === null || backlog.isWatched) return;
    if (queue.isAway) return;
    if (link.readyState !== OPEN) return this.#policy.abandon(queue, "closed");
    for (let next = backlog.first; next !== null; next = backlog.first) {
      if (!next.isReady) return this.#pumpLater(queue, next);
      if (link.rawSocket.writableLength > ENOUGH) break;
      backlog.shift();
      this.watch.release(next);
      this.#write(queue, link, next);
    }
    if (backlog.sent.length > 0) this.#watchSocket(queue, link);
    else if (backlog.isEmpty) this.#emptied(queue);
    else if (link.rawSocket.writableLength > 0) this.#watchSocket(queue, link);
  }

  // It may be superseded or dropped before it is ready, and the next one goes first.
  #pumpLater(queue: SessionQueue, next: FrameBatch): void {
    const backlog = queue.backlog as Backlog;
    if (backlog.awaited === next) return;
    backlog.awaited = next;
    next.whenReady(() => {
      if (backlog.awaited !== next) return;
      backlog.awaited = null;
      this.#pump(queue);
    });
  }

  #write(queue: SessionQueue, link: Link, batch: FrameBatch): void {
    const { rawSocket } = link;
    if (queue.kept === null) batch.writeTo(rawSocket);
    else queue.kept.write(batch, link);
    if (rawSocket.writableLength > 0 || !rawSocket.writable) return this.#await(queue, link, batch);
    this.flow.deliver(queue, batch);
    if (queue.backlog === null || queue.backlog.isIdle) this.watch.taken(queue, batch.bytes);
  }

  #await(queue: SessionQueue, link: Link, batch: FrameBatch): void {
    const backlog = (queue.backlog ??= new Backlog());
    backlog.sent.push(batch);
    this.watch.hold(batch);
    this.watch.add(queue);
    this.#watchSocket(queue, link);
  }

  // An empty write has its turn when all that was written before has been taken.
  #watchSocket(queue: SessionQueue, { rawSocket }: Link): void {
    const backlog = queue.backlog as Backlog;
    if (backlog.isWatched) return;
    backlog.isWatched = true;
    rawSocket.write(NOTHING, (error) => {
      if (queue.link?.rawSocket === rawSocket) this.#taken(queue, error ?? null);
    });
  }

  #taken(queue: SessionQueue, error: Error | null): void {
    const backlog = queue.backlog as Backlog;
    backlog.isWatched = false;
    if (error !== null && queue.kept !== null && queue.closeFrame === null) return;
    for (const batch of backlog.sent.splice(0)) {
      if (!backlog.isCut) this.watch.release(batch);
      if (error === null) this.flow.deliver(queue, batch);
      else this.flow.drop(queue, batch, "closed");
    }
    if (error !== null) return this.#policy.abandon(queue, "closed");
    this.#pump(queue);
    this.watch.report(queue);
  }

  #emptied(queue: SessionQueue): void {
    this.watch.remove(queue);
    // In mid-turn, frames that were sent before the close are still to come.
    if (queue.closeFrame !== null && queue.selection === null) this.close(queue);
  }

  /** The session is closed; frames that wait are dropped, and what is under way to its socket no longer counts. */
  #cut(queue: SessionQueue, reason: CutReason): void {
    const { backlog, link } = queue;
    if (backlog === null || backlog.isCut) return;
    if (queue.isAway) return this.#policy.overflow(queue, reason);
    this.#options.onCut(queue.session, reason);
    // Its connection may be lost without a sign, and the session waits for another one.
    if (reason === "stalled" && queue.kept !== null && queue.closeFrame === null) return link?.terminate();
    backlog.isCut = true;
    this.#policy.abandon(queue, reason);
    for (const batch of backlog.sent) this.watch.release(batch);
    this.watch.remove(queue);
    this.flow.totals.cutSlow += 1;
    // One that was closing already is not waited for any longer.
    if (queue.closeFrame !== null) return void link?.terminate();
    queue.closeFrame = slowFrame(reason);
    this.#closing.push(queue);
  }

  #shed(): void {
    const enough = this.#options.unsentTotal * KEPT_SHARE;
    for (const queue of this.watch.slowestFirst()) {
      if (this.watch.heldBytes <= enough) return;
      this.#cut(queue, "shed");
    }
  }
}

const OPEN = 1;
const NOTHING = new Uint8Array(0);
/** A socket with this many unsent bytes is given no more, so that what waits can still be dropped. */
const ENOUGH = 65_536;
/** After shedding, this share of the bound is left. */
const KEPT_SHARE = 0.9;

function isFree({ backlog }: SessionQueue, { rawSocket }: Link): boolean {
  return (backlog === null || (backlog.isIdle && !backlog.isCut)) && rawSocket.writableLength === 0;
}
