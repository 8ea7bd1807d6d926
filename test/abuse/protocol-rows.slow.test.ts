import { protocolRows } from "./rows/protocol.ts";
import { runTogether } from "./support/run-rows.ts";

runTogether("rows 1 to 8, 10 and 11, frames that are not allowed", protocolRows);
