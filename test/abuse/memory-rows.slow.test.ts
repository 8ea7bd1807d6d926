import { deflateRows, memoryRows } from "./rows/memory.ts";
import { tickRows } from "./rows/ticks.ts";
import { runRows, runTogether } from "./support/run-rows.ts";

const quick = memoryRows.filter(({ no }) => no !== 28);
runTogether("rows 21 to 32, clients that fill memory", quick);
runRows([...memoryRows.filter(({ no }) => no === 28), ...tickRows]);
runTogether("rows 24 and 25, compressed messages", deflateRows);
