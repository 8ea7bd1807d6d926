import { beforeEach, expect, test } from "vitest";
import { Brake } from "../../../../src/host/kinds/common/brake.ts";
import { ProgressRecord } from "../../../../src/host/runtime/progress-record.ts";

const MEBIBYTE = 1024 * 1024;

let progress: ProgressRecord;
let sent: number;
let applied: number;
let waits: string[];
let brake: Brake;
beforeEach(() => {
  progress = new ProgressRecord();
  [sent, applied] = [0, 0];
  waits = [];
  brake = new Brake(progress, {
    applied: () => applied,
    wait: (known, all) => {
      waits.push(`${progress.currentPhase} at ${known} of ${all}`);
      applied += 1;
    },
  });
});

function send(commits: number, bytes: number): void {
  for (let commit = 0; commit < commits; commit += 1) {
    sent += 1;
    brake.sent(3, bytes);
  }
}

test("a host may be some commits ahead of its front, and then waits for each", () => {
  send(127, 10);
  expect(waits).toEqual([]);
  send(2, 10);
  expect(waits).toEqual(["waiting at 0 of 128", "waiting at 1 of 129"]);
});

test("a host that has sent much waits until enough of it has been applied", () => {
  send(3, 2 * MEBIBYTE);
  expect(waits).toEqual(["waiting at 0 of 2", "waiting at 1 of 3"]);
});

test("one commit that is larger than the bound waits until it has been applied", () => {
  send(1, 60 * MEBIBYTE);
  expect(waits).toEqual(["waiting at 0 of 1"]);
});

test("a front that keeps up never makes its host wait, however long it runs", () => {
  for (let round = 0; round < 1000; round += 1) {
    send(100, MEBIBYTE / 1000);
    applied = sent;
  }
  expect(waits).toEqual([]);
});
