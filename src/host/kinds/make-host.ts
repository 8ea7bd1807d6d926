import type { HostFactory } from "../../boundary/host-spec.ts";
import { ProcessHost } from "./process/process-host.ts";
import { ThreadHost } from "./thread/thread-host.ts";

/** Makes hosts as their specs ask for: each on a thread of its own, or in a process of its own. */
export const makeHost: HostFactory = (incarnation, spec, listener) =>
  spec.isolation === "process"
    ? new ProcessHost(incarnation, spec, listener)
    : new ThreadHost(incarnation, spec, listener);
