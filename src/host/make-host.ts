// Host: makes hosts as their specs ask for, each on its own thread or in its own process.
import type { HostFactory } from "../boundary/host-spec.ts";
import { ProcessHost } from "./kinds/process/process-host.ts";
import { ThreadHost } from "./kinds/thread/thread-host.ts";

/** Inline hosts are made where they are needed: their scripts are functions, which no spec can carry. */
export const makeHost: HostFactory = (incarnation, spec, listener) =>
  spec.isolation === "process"
    ? new ProcessHost(incarnation, spec, listener)
    : new ThreadHost(incarnation, spec, listener);
