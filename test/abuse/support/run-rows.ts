import { expect, test } from "vitest";
import type { Files } from "../../support/running-app.ts";
import { faultOf, type AbuseRow } from "../rows/row-table.ts";
import { damageOf, note, type Damage } from "./row.ts";
import { ParlorTarget, type TargetOptions } from "./target.ts";

/** Registers rows as tests, each with a server process of its own. */
export function runRows(rows: readonly AbuseRow[]): void {
  for (const row of rows) runTogether(`row ${row.no}, ${row.title}`, [row]);
}

/** Registers one test for rows that cannot disturb each other: they attack the same process, one after the other. */
export function runTogether(title: string, rows: readonly AbuseRow[]): void {
  test(`${title}: the server stands it`, async () => {
    const target = await ParlorTarget.launch(optionsOf(rows));
    const faults: (string | null)[] = [];
    let heard = 0;
    for (const row of rows) {
      const { fault, damage } = await run(row, target);
      heard += damage.heard;
      faults.push(fault, row.endsServer ? null : await target.audit(heard));
    }
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });
}

/** The same for rows that only wait: they attack at the same time. */
export function runAtOnce(title: string, rows: readonly AbuseRow[]): void {
  test(`${title}: the server stands it`, async () => {
    const target = await ParlorTarget.launch(rows[0]);
    const runs = await Promise.all(rows.map((row) => run(row, target)));
    const heard = runs.reduce((sum, { damage }) => sum + damage.heard, 0);
    const faults = [...runs.map(({ fault }) => fault), await target.audit(heard)];
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });
}

async function run(row: AbuseRow, target: ParlorTarget): Promise<Run> {
  const damage = await damageOf(target, row.attack);
  note({ no: row.no, title: row.title, ...damage });
  const fault = faultOf(row, damage);
  return { damage, fault: fault === null ? null : `row ${row.no}, ${row.title}: ${fault}` };
}

interface Run {
  readonly damage: Damage;
  readonly fault: string | null;
}

/** Rows that run together have the settings of the first one, and the files of all. */
function optionsOf(rows: readonly AbuseRow[]): TargetOptions {
  return { ...rows[0], files: Object.assign({}, ...rows.map(({ files }) => files)) as Files };
}
