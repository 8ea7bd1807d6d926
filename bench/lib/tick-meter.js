/** Ticks per second that every loop is asked for. */
export const TICK_RATE = 60;
/** What is broadcast at each tick: always as long, so that clients can count it by the byte. */
export const TICK_TEXT = "tick".padEnd(100, ".");

const PERIOD = 1000 / TICK_RATE;
const MOST_TICKS = 100_000;

/**
 * Stands in the server's own loop and notes when it was called, by a clock of its own: whatever a server says about
 * itself is not asked. A client tells it by messages when to begin, to measure and to report.
 */
export class TickMeter {
  #instants = new Float64Array(MOST_TICKS);
  #count = 0;
  #broadcasts = 0;
  #isBroadcasting = false;
  #isMeasuring = false;
  #keepsSchedule;

  /** `keepsSchedule`: whether the loop promises instants, and leaves out what it cannot keep. */
  constructor({ keepsSchedule }) {
    this.#keepsSchedule = keepsSchedule;
  }

  /** To be called first thing in each tick; answers what to broadcast, or null. */
  tick() {
    const now = performance.now();
    if (this.#isMeasuring && this.#count < MOST_TICKS) this.#instants[this.#count++] = now;
    if (!this.#isBroadcasting) return null;
    this.#broadcasts += 1;
    return TICK_TEXT;
  }

  /** What a client has said; answers the report when that was asked for, else null. */
  hear(text) {
    if (text === "begin") this.#isBroadcasting = true;
    if (text === "measure") this.#isMeasuring = true;
    if (text !== "report") return null;
    this.#isBroadcasting = false;
    this.#isMeasuring = false;
    const instants = this.#instants.subarray(0, this.#count);
    const figures = tickFigures([...instants], PERIOD, this.#keepsSchedule);
    return JSON.stringify({ ...figures, broadcasts: this.#broadcasts });
  }
}

/**
 * How right the ticks at these instants were, ms. Their schedule is `start + k × period` with the latest start that
 * leaves no tick early. Where instants are promised, k is the instant that a tick was for, else the number of the call.
 */
export function tickFigures(instants, period, keepsSchedule) {
  const numbers = keepsSchedule ? slotsOf(instants, period) : instants.map((_, index) => index);
  const offsets = instants.map((instant, index) => instant - numbers[index] * period);
  const start = Math.min(...offsets);
  const lateness = sorted(offsets.map((offset) => offset - start));
  const errors = sorted(
    instants.slice(1).map((instant, index) => Math.abs(instant - instants[index] - period)),
  );
  const seconds = (instants.at(-1) - instants[0]) / 1000;
  const wanted = numbers.at(-1) - numbers[0];
  return rounded({
    p50: share(lateness, 0.5),
    p99: share(lateness, 0.99),
    max: share(lateness, 1),
    errorP50: share(errors, 0.5),
    errorP99: share(errors, 0.99),
    rate: (instants.length - 1) / seconds,
    // Instants that were left out are no drift; they are told by their number.
    rateError: Math.abs((wanted * period) / 1000 / seconds - 1) * 100,
    leftOut: wanted - (instants.length - 1),
  });
}

/** For which instant of a schedule each tick was: the last one that was due, where most ticks come on time. */
function slotsOf(instants, period) {
  const distances = instants.map((instant) => (instant - instants[0]) / period);
  const phases = sorted(distances.map((distance) => distance - Math.round(distance)));
  const usual = share(phases, 0.5);
  // A tenth of a period, because the usual one is itself a little late.
  const slots = distances.map((distance) => Math.floor(distance - usual + 0.1));
  // One that came almost a period late looks early; but the instant was that of the tick after it.
  for (let index = slots.length - 2; index >= 0; index -= 1)
    slots[index] = Math.min(slots[index], slots[index + 1] - 1);
  return slots;
}

function sorted(values) {
  return values.sort((a, b) => a - b);
}

function share(values, p) {
  return values[Math.max(0, Math.ceil(p * values.length) - 1)];
}

// To the nanosecond, and short enough for every peer's kind of message.
function rounded(figures) {
  return Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Number(value.toFixed(6))]));
}
