import { needs } from "../support/require.ts";
import { faultSuite } from "./faults.suite.ts";
import { startRedis } from "./support/cluster-servers.ts";

const { skip } = needs("redis-server");

faultSuite({ name: "redis", skip, start: async () => startRedis() });
