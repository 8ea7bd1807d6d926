import { afterAll } from "vitest";
import { openBackplane } from "../../src/cluster/open-backplane.ts";
import { realClock } from "../../src/real-clock.ts";
import { needs } from "../support/require.ts";
import { backplaneSuite } from "./backplane.suite.ts";
import { startRedis } from "./support/cluster-servers.ts";

const { skip } = needs("redis-server");
const server = skip ? null : await startRedis();
afterAll(async () => server?.stop());

backplaneSuite({
  name: "redis",
  skip,
  make: async ({ lease }) =>
    openBackplane({ url: server!.url, prefix: "test", lease, clock: realClock, dir: null }),
});
