import { needs } from "../support/require.ts";
import { realFaultSuite } from "./real-faults.suite.ts";
import { startRedis } from "./support/cluster-servers.ts";
import { redisFaults } from "./support/redis-faults.ts";

realFaultSuite({
  name: "redis",
  ...needs("redis-server"),
  start: async () => startRedis(),
  faults: redisFaults,
});
