import type { Contract, Dialect } from "../../host/api/dialect.ts";
import { BoltProgram } from "./program.ts";
import { wait } from "./patience.ts";

/** Published: the channel to the virtual machine holds so many events. */
const WAITING_MESSAGES = 256;
/** As long as the server waits for any handler's promise, ms. */
const PATIENCE = 60_000;

/** Bolt for Ring: WebSocket routes with callbacks, `$bolt`, and HTTP in the same program. */
export const bolt: Dialect = {
  name: "bolt",
  check: () => CONTRACT,
  program: (script) => new BoltProgram(script, { limit: WAITING_MESSAGES, timeout: PATIENCE, wait }),
};

/** A program promises nothing by its exports: what it serves it says while it runs. */
const CONTRACT: Contract = { handlers: [], tickRate: null, scope: "route", threads: 1 };
