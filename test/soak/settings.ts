/** How much the soak does. */
export interface SoakSettings {
  readonly isLong: boolean;
  /** Of the random part, and of the one that counts ticks. */
  readonly seconds: number;
  readonly seed: number;
  /** Which faults the random part plays, as `route kind point`; all of them where nothing is asked for. */
  readonly faults: RegExp;
  readonly sockets: number;
  readonly reloads: number;
  /** Messages per second over all sockets. */
  readonly rate: number;
  /** Prints what was measured; the suite is silent unless something is wrong. */
  tell(text: string): void;
}

const numberFrom = (text: string | undefined, otherwise: number): number =>
  text === undefined || text === "" ? otherwise : Number(text);

/** Short in the suite, where `PARLOR_SOAK` is not set; `npm run soak` sets it. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): SoakSettings {
  const isLong = numberFrom(env["PARLOR_SOAK"], 0) > 0;
  return {
    isLong,
    seconds: numberFrom(env["PARLOR_SOAK"], 2),
    seed: numberFrom(env["PARLOR_SEED"], 20_261_121),
    faults: new RegExp(env["PARLOR_FAULTS"] ?? ""),
    sockets: numberFrom(env["PARLOR_SOCKETS"], isLong ? 10_000 : 200),
    reloads: numberFrom(env["PARLOR_RELOADS"], isLong ? 100 : 6),
    rate: numberFrom(env["PARLOR_RATE"], isLong ? 5000 : 2000),
    tell: (text) => isLong && console.log(text),
  };
}
