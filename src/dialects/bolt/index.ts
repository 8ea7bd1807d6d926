// Dialect: Bolt for Ring: WebSocket routes with callbacks, `$bolt`, and HTTP in the same program.
import type { Contract, Dialect } from "../../host/api/dialect.ts";
import { BoltProgram } from "./program.ts";

/** The API of Bolt, in JavaScript. */
export const bolt: Dialect = {
  name: "bolt",
  check: () => CONTRACT,
  program: (script) => new BoltProgram(script, { limit: WAITING_MESSAGES, timeout: script.handlerTimeout }),
};

/** Published: the channel to the virtual machine holds this many events. */
const WAITING_MESSAGES = 256;

/** The exports of a program promise nothing: it registers its routes while it runs. */
const CONTRACT: Contract = { handlers: [], tickRate: null, scope: "route", threads: 1 };
