import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Vitest starts large files first, as those that take longest. Here many of those are a few lines around a suite: they
 * start before all others, so that none of them is left alone at the end.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.slow.test.ts`));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

const LONG: readonly string[] = [
  "docs/first-hour",
  "abuse/script-rows",
  "cluster/redis-network",
  "abuse/memory-rows",
  "docs/pages",
  "abuse/memory",
  "reliability/backpressure",
  "soak/outside/outside",
  "abuse/handshake-rows",
  "abuse/machine-rows",
  "cluster/redis-real-faults",
  "cluster/nats-real-faults",
  "cluster/redis-faults",
  "cluster/nats-faults",
  "cli/lifetime/bad-moments",
  "cli/lifetime/fronts",
  "cluster/fronts-faults",
  "host/kinds/replicas",
  "reliability/memory",
  "reliability/thread-churn",
  "reliability/process-churn",
  "soak/soak",
  "abuse/fuzz/client-fuzz",
];
