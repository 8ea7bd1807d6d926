import { afterAll } from "vitest";
import { openBackplane } from "../../src/cluster/open-backplane.ts";
import { realClock } from "../../src/real-clock.ts";
import { needs } from "../support/require.ts";
import { backplaneSuite } from "./backplane.suite.ts";
import { startNats } from "./support/cluster-servers.ts";

const { skip } = needs("nats-server");
const server = skip ? null : await startNats();
afterAll(async () => server?.stop());

backplaneSuite({
  name: "nats",
  skip,
  make: async ({ lease }) =>
    openBackplane({ url: server!.url, prefix: "test", lease, clock: realClock, dir: null }),
});
