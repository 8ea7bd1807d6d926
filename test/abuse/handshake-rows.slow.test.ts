import { floodRow, handshakeRows, idleRows } from "./rows/handshake.ts";
import { runAtOnce, runRows, runTogether } from "./support/run-rows.ts";

runTogether("rows 12 to 20, handshakes that are wrong or too large", handshakeRows);
runAtOnce("rows 9, 15 and 16, clients that send nothing", idleRows);
runRows([floodRow]);
