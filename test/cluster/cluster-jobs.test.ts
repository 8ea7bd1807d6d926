import { expect, test } from "vitest";
import { scriptKey } from "../../src/boundary/script-key.ts";
import { ClusterJobs } from "../../src/cluster/cluster-jobs.ts";

const JOB = scriptKey({ kind: "cron", route: "", name: "count.js" });

test("a node that has not joined its cluster yet leaves the runs to the others", async () => {
  const jobs = new ClusterJobs(true);
  expect(await jobs.claim(JOB, 1000)).toBe("other");
  jobs.joined({ claim: async () => Promise.resolve("mine"), release: async () => Promise.resolve() });
  expect(await jobs.claim(JOB, 2000)).toBe("mine");
});

test("a node whose cluster does not reply does not know who runs a job", async () => {
  const jobs = new ClusterJobs(true);
  const failed = async (): Promise<never> => Promise.reject(new Error("no connection"));
  jobs.joined({ claim: failed, release: failed });
  expect(await jobs.claim(JOB, 1000)).toBe("unknown");
  jobs.release(JOB);
});

test("without a cluster each run is here", () => {
  expect(new ClusterJobs(false).claim(JOB, 1000)).toBeNull();
});
