// Dialect: the additive feedback generator of the C library of GNU, with its default table of 31 numbers.

/** Numbers of 31 bits, the same for the same seed. */
export class RandomGenerator {
  readonly #table: Int32Array;
  #at = 0;

  constructor(seed: number) {
    this.#table = firstTable(seed === 0 ? 1 : seed);
    for (let index = 0; index < 310; index++) this.next();
  }

  next(): number {
    const table = this.#table;
    const front = (this.#at + separation) % size;
    table[front] = table[front]! + table[this.#at]!;
    this.#at = (this.#at + 1) % size;
    return table[front] >>> 1;
  }
}

const size = 31;
const separation = 3;

function firstTable(seed: number): Int32Array {
  const table = new Int32Array(size);
  table[0] = seed;
  for (let at = 1; at < size; at++) table[at] = (16_807 * table[at - 1]!) % 2_147_483_647;
  return table;
}
