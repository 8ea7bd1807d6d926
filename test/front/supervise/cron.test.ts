import { describe, expect, test } from "vitest";
import { CronSchedule, NO_CLAIMS, type Claim, type CronJob } from "../../../src/front/supervise/cron.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { scheduleProblem } from "../../../src/cron-pattern.ts";
import type { ScriptKey } from "../../../src/boundary/script-key.ts";

const HOUR = 3_600_000;

/** A schedule that begins at a time of day, and what ran when. */
class Day {
  readonly clock = new VirtualClock();
  readonly runs: string[] = [];
  readonly overlaps: string[] = [];
  readonly dropped: string[] = [];
  readonly isolated: string[] = [];
  readonly jobs = new Map<ScriptKey, CronJob>();
  readonly released: string[] = [];
  readonly #skipped = {
    PARLOR_CRON_OVERLAP: this.overlaps,
    "PARLOR_CRON_DROPPED/crashed": this.dropped,
    "PARLOR_CRON_DROPPED/isolated": this.isolated,
  };
  /** What the cluster answers. */
  claim: ((script: ScriptKey, due: number) => Promise<Claim>) | null = null;
  /** Whether runs end at once. */
  isQuick = true;
  readonly schedule: CronSchedule;

  constructor(start: string) {
    this.clock.advance(Date.parse(start));
    this.schedule = new CronSchedule({
      clock: this.clock,
      claims: {
        claim: (script, due) => this.claim?.(script, due) ?? NO_CLAIMS.claim(script, due),
        release: (script) => void this.released.push(script),
      },
      run: (script, due) => {
        expect(due).toBeLessThanOrEqual(this.clock.now());
        this.runs.push(new Date(due).toISOString().replace(".000Z", "Z"));
        if (this.isQuick) this.schedule.done(script, true);
      },
      onSkipped: (script, why) => void this.#skipped[why].push(script),
    });
  }

  plan(schedule: string, timezone: string | null = "UTC", script: ScriptKey = "cron cron/job"): this {
    this.jobs.set(script, { script, schedule, timezone, runs: "cluster" });
    this.schedule.replace([...this.jobs.values()]);
    return this;
  }
}

describe("cron", () => {
  test("the first of six fields is seconds", () => {
    const day = new Day("2026-03-01T11:59:50Z").plan("*/20 * * * * *");
    day.clock.advance(71_000);
    expect(day.runs).toEqual([
      "2026-03-01T12:00:00Z",
      "2026-03-01T12:00:20Z",
      "2026-03-01T12:00:40Z",
      "2026-03-01T12:01:00Z",
    ]);
  });

  test("five fields are minutes", () => {
    const day = new Day("2026-03-01T11:58:30Z").plan("*/2 * * * *");
    day.clock.advance(4 * 60_000);
    expect(day.runs).toEqual(["2026-03-01T12:00:00Z", "2026-03-01T12:02:00Z"]);
  });

  test("with a cluster, a run starts when this node has claimed it, and not otherwise", async () => {
    const day = new Day("2026-03-01T11:59:50Z").plan("0 * * * *");
    const answers: Claim[] = ["mine", "other", "running", "unknown", "mine"];
    day.claim = async () => Promise.resolve(answers.shift() ?? "other");
    for (let hour = 0; hour < 5; hour += 1) {
      day.clock.advance(HOUR);
      await new Promise(setImmediate);
    }
    expect(day.runs).toEqual(["2026-03-01T12:00:00Z", "2026-03-01T16:00:00Z"]);
    expect(day.released).toEqual(["cron cron/job", "cron cron/job"]);
    expect([day.overlaps, day.isolated]).toEqual([["cron cron/job"], ["cron cron/job"]]);
  });

  test("a run is reported as isolated, and not as an overlap, while the cluster does not reply, or refuses", async () => {
    const day = new Day("2026-03-01T11:59:59Z").plan("0 * * * * *");
    let answer = (_claim: Claim): void => undefined;
    day.claim = async () => new Promise<Claim>((resolve) => (answer = resolve));
    day.clock.advance(61_000);
    expect(day.isolated).toEqual(["cron cron/job"]);
    answer("unknown");
    await new Promise(setImmediate);
    expect([day.isolated.length, day.overlaps, day.dropped]).toEqual([2, [], []]);
    day.clock.advance(60_000);
    answer("mine");
    await new Promise(setImmediate);
    expect(day.runs).toEqual(["2026-03-01T12:02:00Z"]);
  });

  test("a job that runs on every node claims nothing", () => {
    const day = new Day("2026-03-01T11:59:50Z");
    day.claim = async () => Promise.resolve("other");
    day.jobs.set("cron cron/job", {
      script: "cron cron/job",
      schedule: "0 * * * *",
      timezone: "UTC",
      runs: "node",
    });
    day.schedule.replace([...day.jobs.values()]);
    day.clock.advance(HOUR);
    expect(day.runs).toEqual(["2026-03-01T12:00:00Z"]);
  });

  test("a run that was due at the very start is skipped", () => {
    const day = new Day("2026-03-01T12:00:00Z").plan("0 * * * *");
    day.clock.advance(HOUR);
    expect(day.runs).toEqual(["2026-03-01T13:00:00Z"]);
  });

  test("a run on a far day starts exactly when it is due", () => {
    const day = new Day("2026-01-01T00:00:00Z").plan("30 4 1 6 *");
    expect(day.schedule.next("cron cron/job")).toBe(Date.parse("2026-06-01T04:30:00Z"));
    day.clock.advance(200 * 24 * HOUR);
    expect(day.runs).toEqual(["2026-06-01T04:30:00Z"]);
  });

  test("a time zone is that of the schedule, not of the machine", () => {
    const day = new Day("2026-07-01T00:00:00Z").plan("0 9 * * *", "Asia/Tokyo");
    day.clock.advance(24 * HOUR);
    expect(day.runs).toEqual(["2026-07-02T00:00:00Z"]);
  });

  test("when clocks go forward a daily run keeps its hour and none is doubled", () => {
    // Berlin, 29 March 2026: from 02:00 to 03:00.
    const day = new Day("2026-03-28T00:00:00Z").plan("0 9 * * *", "Europe/Berlin");
    day.clock.advance(3 * 24 * HOUR);
    expect(day.runs).toEqual(["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"]);
  });

  test("a run in the hour that does not exist comes once that day, right after it", () => {
    const day = new Day("2026-03-28T12:00:00Z").plan("30 2 * * *", "Europe/Berlin");
    day.clock.advance(2 * 24 * HOUR);
    expect(day.runs).toHaveLength(2);
    expect(day.runs[0]?.slice(0, 10)).toBe("2026-03-29");
    expect(day.runs[1]).toBe("2026-03-30T00:30:00Z");
  });

  test("a run in the hour that comes twice comes once", () => {
    // Berlin, 25 October 2026: from 03:00 back to 02:00.
    const day = new Day("2026-10-24T12:00:00Z").plan("30 2 * * *", "Europe/Berlin");
    day.clock.advance(2 * 24 * HOUR);
    expect(day.runs).toHaveLength(2);
    expect(day.runs.map((run) => run.slice(0, 10))).toEqual(["2026-10-25", "2026-10-26"]);
  });

  test("a run that is due while the previous one is running is skipped and reported", () => {
    const day = new Day("2026-03-01T12:00:30Z").plan("* * * * *");
    day.isQuick = false;
    day.clock.advance(3 * 60_000);
    expect(day.runs).toEqual(["2026-03-01T12:01:00Z"]);
    expect(day.overlaps).toEqual(["cron cron/job", "cron cron/job"]);
    day.schedule.done("cron cron/job", true);
    day.clock.advance(60_000);
    expect(day.runs).toHaveLength(2);
  });

  test("a run that nothing could begin is reported, and the next one runs", () => {
    const day = new Day("2026-03-01T12:00:30Z").plan("* * * * *");
    day.isQuick = false;
    day.clock.advance(60_000);
    day.schedule.done("cron cron/job", false);
    expect(day.dropped).toEqual(["cron cron/job"]);
    day.clock.advance(60_000);
    expect(day.runs).toHaveLength(2);
    expect(day.overlaps).toEqual([]);
  });

  test("runs of two scripts may overlap", () => {
    const day = new Day("2026-03-01T12:00:30Z");
    day.isQuick = false;
    day.plan("* * * * *", "UTC", "cron cron/a").plan("* * * * *", "UTC", "cron cron/b");
    day.clock.advance(60_000);
    expect(day.runs).toHaveLength(2);
    expect(day.overlaps).toEqual([]);
  });

  test("a new schedule replaces the old one, and a stopped schedule runs nothing", () => {
    const day = new Day("2026-03-01T12:00:30Z").plan("* * * * *").plan("0 * * * *");
    day.clock.advance(59 * 60_000);
    expect(day.runs).toEqual([]);
    day.clock.advance(60_000);
    expect(day.runs).toEqual(["2026-03-01T13:00:00Z"]);
    day.schedule.stop();
    day.clock.advance(HOUR);
    expect(day.runs).toHaveLength(1);
    expect(day.clock.waiting).toBe(0);
  });
});

describe("a clock of the machine that is set", () => {
  const minute = (): Day => new Day("2026-03-01T11:59:30Z").plan("* * * * *");

  test("back by an hour: jobs go on at once, by the new time", () => {
    const day = minute();
    day.clock.advance(90_000);
    day.clock.setForward(-HOUR);
    day.clock.advance(2 * 60_000);
    expect(day.runs).toEqual([
      "2026-03-01T12:00:00Z",
      "2026-03-01T12:01:00Z",
      "2026-03-01T11:02:00Z",
      "2026-03-01T11:03:00Z",
    ]);
  });

  test("back by a day: a job of every second is not late by more than a second", () => {
    const day = new Day("2026-03-01T12:00:00Z").plan("* * * * * *");
    day.clock.advance(2000);
    day.clock.setForward(-24 * HOUR);
    day.clock.advance(4000);
    expect(day.runs.slice(2, 4)).toEqual(["2026-02-28T12:00:04Z", "2026-02-28T12:00:05Z"]);
  });

  test("forward by an hour: what was due meanwhile runs once, and then all is as before", () => {
    const day = minute();
    day.clock.setForward(HOUR);
    day.clock.advance(60_000);
    expect(day.runs).toEqual(["2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z"]);
  });

  test("forward to shortly before a daily job: it is not late by more than some seconds", () => {
    const day = new Day("2026-03-01T01:00:00Z").plan("0 3 * * *");
    day.clock.advance(60_000);
    day.clock.setForward(HOUR + 58 * 60_000 + 45_000);
    day.clock.advance(16_000);
    expect(day.runs).toEqual(["2026-03-01T03:00:00Z"]);
  });

  test("back by a second: a run that has started is not started again", () => {
    const day = minute();
    day.clock.advance(30_100);
    day.clock.setForward(-1000);
    day.clock.advance(50_000);
    expect(day.runs).toEqual(["2026-03-01T12:00:00Z"]);
    day.clock.advance(12_000);
    expect(day.runs).toEqual(["2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z"]);
  });

  test("back, in a time zone whose clocks go forward that night: the job keeps its hour", () => {
    // Berlin, 29 March 2026: from 02:00 to 03:00.
    const day = new Day("2026-03-29T00:30:00Z").plan("0 9 * * *", "Europe/Berlin");
    day.clock.setForward(-2 * HOUR);
    day.clock.advance(2 * 24 * HOUR);
    expect(day.runs).toEqual(["2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"]);
  });
});

describe("jobs that are saved while a run goes", () => {
  const slow = (): Day => {
    const day = new Day("2026-03-01T12:00:30Z").plan("* * * * *");
    day.isQuick = false;
    day.clock.advance(30_000);
    return day;
  };

  test("an unchanged one: the run counts as running, and the next one is skipped", () => {
    const day = slow().plan("* * * * *");
    day.clock.advance(60_000);
    expect([day.runs.length, day.overlaps.length]).toEqual([1, 1]);
  });

  test("with another schedule: that holds at once, and still no run overlaps", () => {
    const day = slow().plan("*/10 * * * * *");
    day.clock.advance(10_000);
    expect([day.runs.length, day.overlaps.length]).toEqual([1, 1]);
    day.schedule.done("cron cron/job", true);
    day.clock.advance(10_000);
    expect(day.runs).toHaveLength(2);
  });

  test("removed and added again: its first run has not ended, so the next one is skipped", () => {
    const day = slow();
    day.schedule.replace([]);
    day.clock.advance(60_000);
    expect(day.overlaps).toEqual([]);
    day.plan("* * * * *");
    day.clock.advance(60_000);
    expect([day.runs.length, day.overlaps.length]).toEqual([1, 1]);
    day.schedule.done("cron cron/job", true);
    day.clock.advance(60_000);
    expect(day.runs).toHaveLength(2);
  });
});

describe("a schedule that is wrong", () => {
  test.each([
    ["61 * * * * *", null],
    ["every minute", null],
    ["* * * *", null],
    ["* * * * *", "Mars/Olympus"],
    ["0 0 30 2 *", null],
  ])("%s in %s is told in one line", (schedule, timezone) => {
    const problem = scheduleProblem(schedule, timezone);
    expect(problem).toContain(`"${schedule}"`);
    expect(problem?.split("\n")).toHaveLength(1);
  });

  test.each([["*/5 * * * * *"], ["0 9 * * MON-FRI"], ["@daily"]])("%s is right", (schedule) => {
    expect(scheduleProblem(schedule, "Europe/Berlin")).toBeNull();
  });
});
