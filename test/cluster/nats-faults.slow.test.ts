import { needs } from "../support/require.ts";
import { faultSuite } from "./faults.suite.ts";
import { startNats } from "./support/cluster-servers.ts";

const { skip } = needs("nats-server");

faultSuite({ name: "nats", skip, start: async () => startNats() });
