import { writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { HonestClient, type HonestReport } from "./honest-client.ts";
import { figuresOf, ParlorVictim, type Victim, type VictimOptions } from "./victim.ts";

/** An attack on any server. It returns figures of its own. */
export type Attack<V extends Victim = Victim> = (victim: V) => Promise<Figures | void>;

export type Figures = Readonly<Record<string, number | string | boolean | null>>;

/** What an attack has done to a server. */
export interface Damage {
  /** Whether the process runs, an old client has lost nothing and a new one was let in. */
  readonly alive: boolean;
  /** Why not. */
  readonly problem: string | null;
  readonly honest: HonestReport;
  /** How much more memory than before the process had at its peak, and has at the end; MiB. */
  readonly peak: number;
  readonly left: number;
  /** CPU time of the row, ms. */
  readonly cpu: number;
  /** Probes that have come back to the honest clients of the row. */
  readonly heard: number;
  /** The attack's own. */
  readonly figures: Figures;
}

/** Runs one row on a server that nothing has happened to, beside an honest client. */
export async function damageOf<V extends Victim>(victim: V, attack: Attack<V>): Promise<Damage> {
  const honest = await HonestClient.start(victim.port, victim.speech);
  onTestFinished(() => honest.stop());
  // The thread of the attacked route runs before anything is measured.
  await honest.newcomer(victim.path);
  await honest.report();
  const before = figuresOf(victim.pid);
  resetPeak(victim.pid);
  const figures = (await attack(victim)) ?? {};
  const report = await honest.report();
  const { problem, heard } = await problemOf(victim, honest, report);
  const after = victim.end === null ? figuresOf(victim.pid) : before;
  return {
    alive: problem === null,
    problem,
    honest: report,
    peak: after.peak - before.resident,
    left: after.resident - before.resident,
    cpu: after.cpu - before.cpu,
    ...{ heard, figures },
  };
}

/** Registers a row as a test: Parlor must stand it, whatever else the row expects. */
export function row(title: string, attack: Attack<ParlorVictim>, expects: RowExpectations = {}): void {
  test(title, async () => {
    const victim = await ParlorVictim.start(expects);
    const damage = await damageOf(victim, attack);
    note({ title, ...damage });
    expect(damage.problem).toBeNull();
    expect(await victim.audit(damage.heard)).toBeNull();
    if (expects.peak !== undefined) expect(damage.peak).toBeLessThan(expects.peak);
  });
}

export interface RowExpectations extends VictimOptions {
  /** The most that the server's memory may grow by, MiB. */
  readonly peak?: number;
}

/** Why the server is not all right; and what its honest clients have received until the end of the row. */
async function problemOf(
  victim: Victim,
  honest: HonestClient,
  report: HonestReport,
): Promise<{ readonly problem: string | null; readonly heard: number }> {
  const { heard } = report;
  if (victim.end !== null) return { heard, problem: `the server has ended with ${victim.end}` };
  if (report.cut !== null) return { heard, problem: `an honest client's connection: ${report.cut}` };
  if (report.unanswered > 0)
    return { heard, problem: `${report.unanswered} probes of an honest client have no answer` };
  const newcomer = await honest.newcomer().catch(String);
  if (typeof newcomer === "string") return { heard, problem: `a new client: ${newcomer}` };
  const last = await honest.last();
  const isLost = newcomer.unanswered > 0 || last.unanswered > 0;
  return { heard: last.heard + newcomer.heard, problem: isLost ? "a new client gets no answer" : null };
}

function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

// With `PARLOR_ABUSE=FILE`, each row's figures are a line of JSON at the end of that file.
export function note(figures: object): void {
  const file = process.env["PARLOR_ABUSE"];
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(figures)}\n`, { flag: "a" });
}
