import { afterAll, describe, test } from "vitest";
import { leaksPart } from "./leaks-part.ts";
import { manyReloadsPart } from "./many-reloads-part.ts";
import { neighboursPart } from "./neighbours-part.ts";
import { randomPart } from "./random-part.ts";
import { settingsFrom, type SoakSettings } from "./settings.ts";
import { tableOf, type Target } from "./soak-table.ts";
import { tickRatePart } from "./tick-rate-part.ts";

// One file, so that no part is measured beside another. A part fails when anything was closed, lost, doubled or
// disordered; durations are only printed.
const settings = settingsFrom(process.env);
/** By the name of the part: one that is tried again replaces its first results. */
const targets = new Map<string, Target[]>();

const part = (name: string, run: (settings: SoakSettings) => Promise<Target[]>, seconds: number): void => {
  const limit = settings.isLong ? settings.seconds + seconds : 60;
  test(
    name,
    async () => {
      const failed = {
        target: name,
        wanted: "no failure",
        measured: "FAILED, see above",
        isReached: false,
      };
      try {
        targets.set(name, await run(settings));
      } catch (error) {
        targets.set(name, [failed]);
        throw error;
      }
    },
    limit * 1000,
  );
};

describe(`soak, seed ${settings.seed}`, () => {
  part("random faults and reloads spoil no client's stream", randomPart, 120);
  part("many reloads lose nothing under many sockets", manyReloadsPart, 600);
  part("crashes and loops do not reach a healthy route", neighboursPart, 300);
  part("a process that leaks comes back, and no other route is affected", leaksPart, 300);
  part("ticks keep their rate", tickRatePart, 60);
  afterAll(() => settings.print(tableOf([...targets.values()].flat())));
});
