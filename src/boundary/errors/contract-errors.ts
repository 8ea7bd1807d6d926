// Boundary: problems between a contract of messages and the clients that hold it.
import type { ErrorTable } from "./error-table.ts";

export const contractErrors = {
  PARLOR_CONTRACT_BREAKS: {
    level: "warn",
    text: {
      change:
        "{file}: {where}: {change}; {sessions} connected with the previous contract; keep it, or use: parlor reload --force",
      line: "{line}",
      served:
        "{file}: {where}: {change}; {sessions} connected with the previous contract, and the new version serves now",
    },
    help: "A new version of a script has a contract of messages that its connected clients do not know: a message is gone, a message from clients has a new required field or takes fewer values, or a message to clients has values that the previous contract excludes. `parlor reload` keeps the previous version of this script; `parlor dev` serves the new one after this warning.",
    remedy:
      "Add fields as optional ones, and remove messages once their clients are gone. `parlor reload --force` serves the new version in any case. [Contracts](contracts.md) lists what breaks clients.",
  },
} as const satisfies ErrorTable;
