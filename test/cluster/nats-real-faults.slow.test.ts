import { needs } from "../support/require.ts";
import { realFaultSuite } from "./real-faults.suite.ts";
import { startNats } from "./support/cluster-servers.ts";

realFaultSuite({ name: "nats", ...needs("nats-server"), start: async () => startNats(), faults: [] });
