import { faultRows, limitRows, nameRows, scriptRows } from "./rows/names.ts";
import { processRows } from "./rows/process.ts";
import { reloadRows } from "./rows/reloads.ts";
import { strangerRows } from "./rows/strangers.ts";
import { runRows, runTogether } from "./support/run-rows.ts";

runTogether("rows 33 to 37 and 40, names, messages and handlers that fail", [...nameRows, ...faultRows]);
runRows([...strangerRows, ...reloadRows]);
runRows(scriptRows.filter((row) => !limitRows.includes(row)));
// The defaults are 5 s and 512 MiB: a script that is ended earlier takes less of the machine until then.
const limits = { hangLimit: 1500, memoryLimit: 128 * 2 ** 20 };
for (const row of limitRows) {
  const { holds } = row;
  const isSoon: typeof holds = (figures) => holds(figures) && Number(figures["seconds"] ?? 0) < 6;
  runRows([{ ...row, config: limits, peak: 800, holds: isSoon }]);
}
// The default is 45 s: the same with a second each. These clients send no pong, so that all are closed before that.
const config = { heartbeat: { interval: 1000, timeout: 1000 }, drainTime: 500 };
runRows(processRows.map((row) => ({ ...row, config })));
