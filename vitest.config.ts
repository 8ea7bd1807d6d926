import { configDefaults, defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

// `--mode slow` runs the tests that take long and that a change seldom breaks; all other runs leave them out.
export default defineConfig(({ mode }) => {
  const isSlow = mode === "slow";
  return {
    test: {
      include: [isSlow ? "test/**/*.slow.test.ts" : "test/**/*.test.ts"],
      exclude: [...configDefaults.exclude, "**/fixtures/**", ...(isSlow ? [] : ["**/*.slow.test.ts"])],
      passWithNoTests: isSlow,
      runner: "test/support/timed-runner.ts",
      pool: "forks",
      // Files of one worker share its modules: a third of the time of the suite was loading them for each file again.
      // The slow tests measure memory and processes, so each of their files has a process of its own.
      isolate: isSlow,
      // Most tests wait for sockets, threads and processes more than they compute. The slow ones measure: they need the cores.
      maxWorkers: isSlow ? 2 : 3,
      ...(isSlow ? { sequence: { sequencer: LongestFirst } } : {}),
      // Tests with real processes share two cores with each other: on a machine that is busy beside them, one is tried again.
      retry: process.env["CI"] === undefined ? 0 : 1,
      testTimeout: isSlow ? 120_000 : 30_000,
      hookTimeout: 30_000,
      // Ends as soon as it holds. The default of a second is too short for a machine that does other things as well.
      expect: { poll: { timeout: 15_000 } },
    },
  };
});
