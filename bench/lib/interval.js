// Bench: how sure a median ratio is.
import { median } from "./stats.js";

const RESAMPLES = 4000;

/** The median of ratios and its 95 % interval, by bootstrap with a fixed seed. */
export function medianInterval(ratios) {
  const random = seeded(20_261_128);
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(ratios.map(() => ratios[Math.floor(random() * ratios.length)])),
  ).sort((a, b) => a - b);
  const at = (share) => medians[Math.floor(share * (RESAMPLES - 1))];
  return { median: median(ratios), low: at(0.025), high: at(0.975) };
}

/** Mulberry32: the same resamples in each run, so that the same figures give the same interval. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
