import { Dice } from "../../support/host-fuzzer.ts";

/** A frame as a node has sent it. */
export interface SentFrame {
  readonly channel: string;
  readonly bytes: Uint8Array;
}

/** Changes frames as no node would send them: types, members, ranges, lengths, keys and bytes. The same seed changes the same. */
export class FrameFuzzer {
  readonly #dice: Dice;

  constructor(seed: number) {
    this.#dice = new Dice(seed);
  }

  changed(frames: readonly SentFrame[]): SentFrame {
    const { channel, bytes } = this.#dice.of(frames);
    const isJson = bytes[0] === "[".charCodeAt(0);
    return { channel, bytes: isJson && !this.#dice.chance(4) ? this.#json(bytes) : this.#bytes(bytes) };
  }

  /** Not a whole frame, whatever it was. */
  cut(bytes: Uint8Array): Uint8Array {
    return bytes.slice(0, 1 + this.#dice.below(bytes.length - 1));
  }

  #json(bytes: Uint8Array): Uint8Array {
    const root: unknown[] = [JSON.parse(Buffer.from(bytes).toString())];
    this.#breakIn(root, 0);
    // JSON has no way to write a number that is none, or a key of a prototype, but others may.
    const text = JSON.stringify(root[0] ?? null);
    return Buffer.from(text.replaceAll('"PROTO"', '"__proto__"').replaceAll('"HUGE"', "1e999"));
  }

  // Goes down to a place that is chosen at random, and breaks what is there.
  #breakIn(list: unknown[], at: number): void {
    const value = list[at];
    if (Array.isArray(value) && value.length > 0 && !this.#dice.chance(4))
      return this.#breakIn(value, this.#dice.below(value.length));
    const how = this.#dice.below(10);
    if (how < 2) list.splice(at, 1);
    else if (how === 2) list.length = at;
    else if (how === 3) list.splice(at, 0, value);
    else list[at] = this.#dice.of(WRONG)();
  }

  #bytes(bytes: Uint8Array): Uint8Array {
    const dice = this.#dice;
    if (dice.chance(3)) return this.cut(bytes);
    const at = dice.below(bytes.length);
    if (dice.chance(3)) return Buffer.concat([bytes.slice(0, at), dice.of(PIECES), bytes.slice(at)]);
    const changed = bytes.slice();
    for (let left = 1 + dice.below(3); left > 0; left -= 1)
      changed[dice.below(changed.length)] = dice.below(256);
    return changed;
  }
}

const WRONG: readonly (() => unknown)[] = [
  ...[null, true, -1, -2, 1.5, 2 ** 53, -(2 ** 60), "", "0", [], {}, [[]], "HUGE", "+", "PROTO"].map(
    (value) => () => value,
  ),
  () => ({ PROTO: { isAdmin: true }, constructor: 1 }),
  () => JSON.parse('{"__proto__":{"length":3}}') as unknown,
  () => "x".repeat(1_100_000),
  () => Array.from({ length: 2000 }, () => "x"),
  () => JSON.parse("[".repeat(500) + "]".repeat(500)) as unknown,
];

/** Numbers without an end, lengths beyond the frame, bytes that are no text. */
const PIECES: readonly Uint8Array[] = [
  Buffer.alloc(12, 0xff),
  Buffer.alloc(1200, 0x80),
  Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
  Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80]),
  Buffer.from([0]),
];
