import { floodRow, handshakeRows, idleRows } from "./handshake.ts";
import { deflateRows, memoryRows } from "./memory.ts";
import { faultRows, nameRows, scriptRows } from "./names.ts";
import { processRows } from "./process.ts";
import { protocolRows } from "./protocol.ts";
import { reloadRows } from "./reloads.ts";
import type { AbuseRow } from "./row-table.ts";
import { strangerRows } from "./strangers.ts";
import { tickRows } from "./ticks.ts";

/** In the order of their numbers. */
export const allRows: readonly AbuseRow[] = [
  ...[...protocolRows, ...idleRows, ...handshakeRows, floodRow, ...memoryRows, ...deflateRows],
  ...[...tickRows, ...nameRows, ...strangerRows, ...faultRows, ...reloadRows, ...scriptRows, ...processRows],
].toSorted((one, other) => one.no - other.no);

/** Rows that wait for time-outs. */
export const WAITING: ReadonlySet<number> = new Set([9, 15, 16, 41]);
