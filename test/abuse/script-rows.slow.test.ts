import { faultRows, nameRows, scriptRows } from "./rows/names.ts";
import { processRows } from "./rows/process.ts";
import { reloadRows } from "./rows/reloads.ts";
import { strangerRows } from "./rows/strangers.ts";
import { runRows, runTogether } from "./support/run-rows.ts";

runTogether("rows 33 to 37 and 40, names, messages and handlers that fail", [...nameRows, ...faultRows]);
runRows([...strangerRows, ...reloadRows, ...scriptRows]);
// The default is 45 s: the same with a second each. These clients send no pong, so that all are closed before that.
const config = { heartbeat: { interval: 1000, timeout: 1000 }, drainTime: 500 };
runRows(processRows.map((row) => ({ ...row, config })));
