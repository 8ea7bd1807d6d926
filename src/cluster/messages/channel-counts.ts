// Cluster: the running numbers of messages, as their receiver follows them: every gap is counted.
import type { Frame } from "./frame.ts";

/** Of one channel: the next number that is expected from each node. */
export class ChannelCounts {
  readonly #own: string;
  readonly #expected = new Map<string, Expected>();

  /** `own`: the id of this node, under which other nodes say from which number on they send to it. */
  constructor(own: string) {
    this.#own = own;
  }

  /**
   * Returns how many messages before this frame were lost; less than 0 if the frame comes after later ones. The bytes of
   * a connection that was cut may still arrive, behind those of the next connection: they are counted as lost already.
   */
  note(frame: Frame): number {
    const expected = this.#expected.get(frame.node);
    const lost = expected === undefined ? 0 : lostSince(expected, frame);
    if (lost < 0) return lost;
    return lost + this.#follow(frame, expected);
  }

  /** No session here gets what comes by the channel: what is missing is not lost. */
  mute(frame: Frame): void {
    const expected = this.#expected.get(frame.node);
    if (expected !== undefined && lostSince(expected, frame) < 0) return;
    this.#expected.set(frame.node, { ...placeAfter(frame), from: null, floor: nextOf(frame), isMuted: true });
  }

  forget(node: string): void {
    this.#expected.delete(node);
  }

  // Returns how many were lost before the first frame that this node has got, once the sender has said where it began.
  #follow(frame: Frame, expected: Expected | undefined): number {
    const place = placeAfter(frame);
    const isSame = expected?.incarnation === frame.incarnation && expected.era === frame.era;
    const floor = isSame ? expected.floor : 0;
    // Of another counting all was expected from its first message on.
    const from = expected === undefined || expected.isMuted ? frame.first : isSame ? expected.from : null;
    const start = frame.starts?.get(this.#own);
    const isKnown = from === null || (start !== undefined && start >= floor);
    this.#expected.set(frame.node, { ...place, from: isKnown ? null : from, floor, isMuted: false });
    return from !== null && isKnown ? Math.max(0, from - start!) : 0;
  }
}

interface Expected {
  readonly incarnation: string;
  readonly era: number;
  readonly next: number;
  /** The first number that arrived, as long as it is not known whether there were others before it. */
  readonly from: number | null;
  /** A start below it is an old one: this node has stopped to listen since. */
  readonly floor: number;
  readonly isMuted: boolean;
}

const nextOf = ({ first, messages }: Frame): number => first + messages.length;

function placeAfter(frame: Frame): Pick<Expected, "incarnation" | "era" | "next"> {
  return { incarnation: frame.incarnation, era: frame.era, next: nextOf(frame) };
}

// A counting starts at 1.
function lostSince(expected: Expected, { incarnation, era, first }: Frame): number {
  if (expected.isMuted) return expected.incarnation === incarnation && era < expected.era ? -1 : 0;
  if (expected.incarnation !== incarnation) return first - 1;
  if (era < expected.era) return -1;
  return first - (era === expected.era ? expected.next : 1);
}
