/** How much the soak does. */
export interface SoakSettings {
  readonly isLong: boolean;
  /** Duration of the random part and of the tick part. */
  readonly seconds: number;
  readonly seed: number;
  /** Which faults the random part injects, matched against `route kind point`; by default all. */
  readonly faults: RegExp;
  /** Which of `save`, `attack`, `forge` and `weather` the soak from outside has; by default all. */
  readonly players: RegExp;
  readonly sockets: number;
  readonly reloads: number;
  /** Messages per second over all sockets. */
  readonly rate: number;
  /** Prints a measurement; the short soak of the suite prints none. */
  print(text: string): void;
}

const numberFrom = (text: string | undefined, otherwise: number): number =>
  text === undefined || text === "" ? otherwise : Number(text);

/** The settings: short in the suite, long where `PARLOR_SOAK` is set, as `npm run soak` does. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): SoakSettings {
  const isLong = numberFrom(env["PARLOR_SOAK"], 0) > 0;
  return {
    isLong,
    seconds: numberFrom(env["PARLOR_SOAK"], 2),
    seed: numberFrom(env["PARLOR_SEED"], 20_261_121),
    faults: new RegExp(env["PARLOR_FAULTS"] ?? ""),
    players: new RegExp(env["PARLOR_PLAYERS"] ?? ""),
    sockets: numberFrom(env["PARLOR_SOCKETS"], isLong ? 10_000 : 200),
    reloads: numberFrom(env["PARLOR_RELOADS"], isLong ? 100 : 6),
    rate: numberFrom(env["PARLOR_RATE"], isLong ? 5000 : 2000),
    print: (text) => isLong && console.log(text),
  };
}
