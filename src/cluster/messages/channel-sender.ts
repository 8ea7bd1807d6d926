// Cluster: sends a node's messages on one channel: numbered, and those of one turn in as few frames as possible.
import type { Clock } from "../../boundary/clock.ts";
import type { Backplane } from "../backplane/backplane.ts";
import type { NodeIdentity } from "../backplane/node-identity.ts";
import { ByteWriter } from "./byte-writer.ts";
import { packFrame, writeMessage, type ChannelMessage, type FrameContent } from "./frame.ts";
import type { NodeLosses } from "./node-losses.ts";

export class ChannelSender {
  readonly #channel: string;
  readonly #era: number;
  readonly #ports: SenderPorts;
  readonly #body = new ByteWriter();
  #count = 0;
  #next = 1;
  #sentAt: number;
  /** Whether the number of the last message is still to be repeated. */
  #owesMark = false;
  /** The nodes that listen, and the first number that each is sent: one that misses its first messages counts them. */
  readonly #starts = new Map<string, Start>();
  /** When the starts have changed; null: they have been sent again since. */
  #startsAt: number | null;

  /** `era` distinguishes this counting of the channel from an earlier one. */
  constructor(channel: string, era: number, ports: SenderPorts) {
    this.#channel = channel;
    this.#era = era;
    this.#ports = ports;
    this.#sentAt = this.#startsAt = ports.clock.ticks();
    for (const node of ports.listenersOf(channel)) this.#starts.set(node, { first: 1, since: this.#sentAt });
  }

  add(message: ChannelMessage): void {
    const bytes = messageBytes(message);
    const { frameLimit } = this.#ports.backplane;
    if (bytes > frameLimit) return this.#ports.losses.add("tooLarge");
    if (this.#body.length + bytes > frameLimit) this.flush();
    writeMessage(this.#body, message);
    this.#count += 1;
    if (this.#count >= FRAME_MESSAGES || this.#body.length >= FRAME_BYTES) this.flush();
  }

  flush(): void {
    if (this.#count === 0) return;
    const [count, body] = [this.#count, this.#body.taken()];
    this.#count = 0;
    this.#sentAt = this.#ports.clock.ticks();
    if (!this.#publish({ count, body })) return this.#ports.losses.add("engineDown", count);
    this.#next += count;
    this.#owesMark = true;
  }

  /** A message that no node can get: those that come back to the channel see that they have missed it. */
  skip(): void {
    this.flush();
    this.#next += 1;
    this.#sentAt = this.#ports.clock.ticks();
  }

  /** A node listens from now on. `isBack`: it was cut off, and what it has missed since its start counts. */
  reach(node: string, isBack: boolean): void {
    this.flush();
    this.#startsAt = this.#ports.clock.ticks();
    const known = isBack ? this.#starts.get(node) : undefined;
    this.#starts.set(node, { first: known?.first ?? this.#next, since: this.#startsAt });
    this.mark();
  }

  /** A node no longer listens. */
  unreach(node: string): void {
    this.#starts.delete(node);
  }

  /** A node may have missed the number of the last message, if that was sent within these ms. */
  repeatMark(within: number): void {
    const quiet = this.#ports.clock.ticks() - this.#sentAt;
    if (quiet >= within + MARK_AFTER) return;
    this.#owesMark = true;
    this.#startsAt = this.#ports.clock.ticks();
  }

  /**
   * Repeats the number of the last message, when none has followed for a while: a receiver that missed it would not
   * know. So are the starts, also while messages follow. Returns whether the channel has been quiet for so long that it can be forgotten.
   */
  settle(): boolean {
    const now = this.#ports.clock.ticks();
    const quiet = now - this.#sentAt;
    const owesStarts = this.#startsAt !== null && now - this.#startsAt >= MARK_AFTER;
    if (owesStarts || (this.#owesMark && quiet >= MARK_AFTER)) this.mark();
    if (owesStarts && !this.#owesMark) this.#startsAt = null;
    return !this.#owesMark && quiet >= FORGET_AFTER;
  }

  /** Sends the number of the next message, without a message. */
  mark(): void {
    this.flush();
    if (this.#publish({ count: 0, body: NOTHING, starts: this.#recentStarts() })) this.#owesMark = false;
  }

  #recentStarts(): ReadonlyMap<string, number> {
    const from = this.#ports.clock.ticks() - START_WITHIN;
    const recent = [...this.#starts].filter(([, { since }]) => since >= from);
    return new Map(recent.map(([node, { first }]) => [node, first]));
  }

  #publish(content: FrameContent): boolean {
    const { backplane, identity } = this.#ports;
    return backplane.publish(
      this.#channel,
      packFrame(identity, { era: this.#era, first: this.#next }, content),
    );
  }
}

export interface SenderPorts {
  readonly backplane: Pick<Backplane, "publish" | "frameLimit">;
  readonly identity: NodeIdentity;
  readonly losses: NodeLosses;
  readonly clock: Clock;
  /** The other nodes that listen to a channel, as far as this one knows. */
  listenersOf(channel: string): Iterable<string>;
}

interface Start {
  readonly first: number;
  readonly since: number;
}

// A text takes up to three bytes for a unit: it is only measured when that matters.
function messageBytes({ id, data, options }: ChannelMessage): number {
  const rest = HEAD_BYTES + (id.length + (options?.key?.length ?? 0)) * 3;
  if (typeof data !== "string") return rest + data.length;
  return rest + (data.length <= FRAME_BYTES ? data.length * 3 : Buffer.byteLength(data));
}

const NOTHING = new Uint8Array();

/** A frame is sent when it holds this much. */
const FRAME_MESSAGES = 256;
const FRAME_BYTES = 32 * 1024;

/** The most that head and lengths take. */
const HEAD_BYTES = 128;

/** After this long without a message the number of the last one is repeated, ms. */
const MARK_AFTER = 1000;
/** For this long the start of a node is repeated with each mark, ms. */
const START_WITHIN = 600_000;
/** After this long the channel is forgotten, since names of rooms come and go, ms. */
const FORGET_AFTER = 60_000;
