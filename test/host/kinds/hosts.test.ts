import { describe } from "vitest";
import { inlineHost } from "../../../src/server/engine/inline-hosts.ts";
import { ProcessHost } from "../../../src/host/kinds/process/process-host.ts";
import { ThreadHost } from "../../../src/host/kinds/thread/thread-host.ts";
import { hostSuite } from "../../suites/host.suite.ts";
import { replicaSuite } from "../../suites/replica.suite.ts";
import type { Place } from "../../suites/stage.ts";

// An inline host lives in this thread: an exit or an uncaught error in it would be the test's own.
const INLINE: Place = {
  name: "inline",
  makeHost: inlineHost,
  isBeside: false,
  seesRejections: false,
};

const THREAD: Place = {
  name: "thread",
  makeHost: (...args) => new ThreadHost(...args),
  isBeside: true,
  seesRejections: true,
};

const PROCESS: Place = {
  name: "process",
  makeHost: (...args) => new ProcessHost(...args),
  isBeside: true,
  seesRejections: true,
};

for (const place of [INLINE, THREAD, PROCESS]) {
  describe(place.name, () => {
    hostSuite(place);
    replicaSuite(place);
  });
}
