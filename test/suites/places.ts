import { ProcessHost } from "../../src/host/kinds/process/process-host.ts";
import { ThreadHost } from "../../src/host/kinds/thread/thread-host.ts";
import { inlineHost } from "../../src/server/engine/inline-hosts.ts";
import type { Place } from "./stage.ts";

/** An inline host lives in this thread: an exit or an uncaught error in it would be the test's own. */
export const INLINE: Place = {
  name: "inline",
  makeHost: inlineHost,
  isBeside: false,
  seesRejections: false,
};

export const THREAD: Place = {
  name: "thread",
  makeHost: (...args) => new ThreadHost(...args),
  isBeside: true,
  seesRejections: true,
};

export const PROCESS: Place = {
  name: "process",
  makeHost: (...args) => new ProcessHost(...args),
  isBeside: true,
  seesRejections: true,
};
