// Cluster: the running numbers of messages, as their receiver follows them: every gap is counted.
import type { Frame } from "./frame.ts";

/** Of one channel: the next number that is expected from each node. */
export class ChannelCounts {
  readonly #expected = new Map<string, Expected>();

  /**
   * Returns how many messages before this frame were lost; less than 0 if the frame comes after later ones. The bytes of
   * a connection that was cut may still arrive, behind those of the next connection: they are counted as lost already.
   */
  note(frame: Frame): number {
    const { node, incarnation, era, first } = frame;
    const next = first + frame.messages.length;
    const expected = this.#expected.get(node);
    const lost = expected === undefined ? 0 : lostSince(expected, frame);
    if (lost >= 0) this.#expected.set(node, { incarnation, era, next });
    return lost;
  }

  forget(node: string): void {
    this.#expected.delete(node);
  }
}

interface Expected {
  readonly incarnation: string;
  readonly era: number;
  readonly next: number;
}

// What was sent before this node listened is not lost. A counting starts at 1.
function lostSince(expected: Expected, { incarnation, era, first }: Frame): number {
  if (expected.incarnation !== incarnation) return first - 1;
  if (era < expected.era) return -1;
  return first - (era === expected.era ? expected.next : 1);
}
