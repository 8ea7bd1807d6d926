// Boundary: errors of scripts while they run in a host, and of the hosts themselves.
import type { ErrorTable } from "./error-table.ts";

export const hostErrors = {} as const satisfies ErrorTable;
