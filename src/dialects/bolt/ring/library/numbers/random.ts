// Dialect: Ring's random numbers, which repeat after `srandom` as those of the C library of GNU do.
import type { Builtins, RingRun } from "../../runtime/builtin.ts";
import { bad, between, asWhole } from "../common/arguments.ts";
import { RandomGenerator } from "./random-generator.ts";

/** `random()` is a number of 31 bits, `random(n)` one from 0 to `n`. Without `srandom` each run of a program has other ones. */
export function randomBuiltins(): Builtins {
  let generator: RandomGenerator | null = null;
  const next = (run: RingRun) => (generator ??= new RandomGenerator(Math.trunc(run.random() * limit))).next();
  return {
    random: between(0, 1, (run, [most]) => (most === undefined ? next(run) : upTo(asWhole(most), next(run)))),
    srandom: between(1, 1, (_, [seed]) => {
      generator = new RandomGenerator(seedOf(asWhole(seed)));
      return "";
    }),
    // Up to 2^53 - 1, and never the same after `srandom`.
    randomize: between(0, 1, (run, [most]) => {
      const value = Math.floor(run.random() * 2 ** 53);
      return most === undefined ? value : value % (asWhole(most) + 1);
    }),
  };
}

const limit = 2 ** 31;

function upTo(most: number, value: number): number {
  const distance = value % (Math.abs(most) + 1);
  return most < 0 ? 0 - distance : distance;
}

function seedOf(seed: number): number {
  if (seed < 0 || seed >= limit) throw bad("range");
  return seed;
}
