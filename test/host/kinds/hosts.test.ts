import { describe } from "vitest";
import { hostSuite } from "../../suites/host.suite.ts";
import { INLINE, PROCESS, THREAD } from "../../suites/places.ts";
import { replicaSuite } from "../../suites/replica.suite.ts";

for (const place of [INLINE, THREAD, PROCESS]) {
  describe(place.name, () => {
    hostSuite(place);
    replicaSuite(place, place.isBeside ? 2 : 6);
  });
}
