import { afterAll, describe, test } from "vitest";
import { leaksPart } from "./leaks-part.ts";
import { manyReloadsPart } from "./many-reloads-part.ts";
import { neighboursPart } from "./neighbours-part.ts";
import { randomPart } from "./random-part.ts";
import { settingsFrom, type SoakSettings } from "./settings.ts";
import { tableOf, type Target } from "./soak-table.ts";
import { tickRatePart } from "./tick-rate-part.ts";

// One file, so that no part is measured beside another. What was closed, lost, doubled or disordered fails a part; how
// long anything took is only told.
const settings = settingsFrom(process.env);
const targets: Target[] = [];

const part = (name: string, run: (settings: SoakSettings) => Promise<Target[]>, seconds: number): void => {
  const limit = settings.isLong ? settings.seconds + seconds : 60;
  test(
    name,
    async () => {
      const failed = {
        target: name,
        wanted: "nothing amiss",
        measured: "FAILED, see above",
        isReached: false,
      };
      try {
        targets.push(...(await run(settings)));
      } catch (error) {
        targets.push(failed);
        throw error;
      }
    },
    limit * 1000,
  );
};

describe(`soak, seed ${settings.seed}`, () => {
  part("random faults and reloads spoil no client's stream", randomPart, 120);
  part("many reloads under many sockets", manyReloadsPart, 600);
  part("crashes and loops beside a healthy route", neighboursPart, 300);
  part("leaks in a process", leaksPart, 300);
  part("the rate of ticks", tickRatePart, 60);
  afterAll(() => settings.tell(tableOf(targets)));
});
