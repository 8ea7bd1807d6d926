import type { Damage, Figures } from "../support/row.ts";
import type { Target, TargetOptions } from "../support/target.ts";

/** One way to hurt a server, tried on Parlor by the tests, and on its peers by `npm run abuse -- --peers`. */
export interface AbuseRow extends TargetOptions {
  /** Of the matrix, such as `12`. */
  readonly no: number;
  readonly title: string;
  /** What a server should do, in words. */
  readonly expects: string;
  /** The most that the server's memory may grow by, MiB. Default 64. */
  readonly peak?: number;
  /** Servers for which the row means nothing: they have no such paths, or their clients must not do this. */
  readonly unfit?: readonly string[];
  /** The server ends in this row, as it was asked to. */
  readonly endsServer?: boolean;
  /** What the server did to the attacker; and whether that is as expected. */
  attack(target: Target): Promise<Figures>;
  holds(figures: Figures): boolean;
}

/** Why a row does not hold; null if it does. */
export function faultOf(row: AbuseRow, { problem, figures, honest, peak }: Damage): string | null {
  if (!row.holds(figures)) return `expected ${row.expects}, and got ${JSON.stringify(figures)}`;
  if (row.endsServer) return null;
  if (problem !== null) return problem;
  if (peak > (row.peak ?? MOST_MEMORY)) return `its memory grew by ${Math.round(peak)} MiB`;
  return honest.p50 > MOST_DELAY ? `an honest client waits ${Math.round(honest.p50)} ms` : null;
}

/** MiB. */
const MOST_MEMORY = 64;
/** ms, on a machine that does other things as well. */
const MOST_DELAY = 2000;
