import { clientEnds, holdsSoon, repeated } from "../support/moves.ts";
import type { AbuseRow } from "./row-table.ts";

/** What happens to a server and its connections from outside. */
export const processRows: readonly AbuseRow[] = [
  {
    no: 41,
    title: "a client that no longer replies to pings",
    expects: "disconnected within 50 s",
    attack: async (target) => {
      const start = performance.now();
      const client = await target.open();
      // It reads, so that it sees the end, and replies to nothing.
      const isCut = await holdsSoon(() => client.hasEnded, 55_000);
      return { cut: isCut, seconds: isCut ? Math.round((performance.now() - start) / 1000) : null };
    },
    holds: ({ cut }) => cut === true,
  },
  {
    no: 42,
    title: "SIGTERM with 20 clients",
    expects: "1001 to each, and exit code 0",
    endsServer: true,
    attack: async (target) => {
      const clients = await repeated(20, () => target.open());
      const start = performance.now();
      target.signal("SIGTERM");
      const codes = await Promise.all(clients.map((client) => clientEnds(client, 20_000)));
      await holdsSoon(() => target.end !== null, 20_000);
      const ms = Math.round(performance.now() - start);
      return { codes: [...new Set(codes)].join(", "), end: target.end, ms };
    },
    holds: ({ codes, end }) => codes === "1001" && end === "0",
  },
];
