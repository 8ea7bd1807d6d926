import { MemoryBackplane, MemoryHub } from "./support/memory-backplane.ts";
import { realClock } from "../../src/real-clock.ts";
import { backplaneSuite } from "./backplane.suite.ts";

const hub = new MemoryHub();

backplaneSuite({
  name: "memory",
  skip: false,
  make: async ({ lease }) => Promise.resolve(new MemoryBackplane(hub, { clock: realClock, lease })),
});
