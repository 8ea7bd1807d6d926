import { describe, test } from "vitest";
import { faultOf, type AbuseRow } from "../rows/row-table.ts";
import { PeerTarget, type PeerName } from "./peer-target.ts";
import { damageOf, note } from "./row.ts";
import { ParlorTarget, type Target } from "./target.ts";

/** Registers rows for Parlor and its peers. No row fails here: the page that is made of them shows each loss. */
export function besidePeers(rows: readonly AbuseRow[]): void {
  if (process.env["PARLOR_ABUSE_PEERS"] === undefined) return;
  describe("Parlor and its peers", () => {
    describe.each(rows)("row $no, $title", (row) => {
      test.each(NAMES)("the row ends on %s", { timeout: 300_000 }, async (name) => {
        const { no, title, expects } = row;
        if (row.unfit?.includes(name)) return note({ no, title, expects, server: name, isUnfit: true });
        const target = await launch(name, row);
        const damage = await damageOf(target, row.attack);
        note({ no, title, expects, server: name, fault: faultOf(row, damage), ...damage });
      });
    });
  });
}

const PEERS: readonly PeerName[] = ["ws", "socket-io", "colyseus"];
const NAMES = ["parlor", ...PEERS] as const;

function launch(name: (typeof NAMES)[number], row: AbuseRow): Promise<Target> {
  return name === "parlor" ? ParlorTarget.launch(row) : PeerTarget.launch(name, row);
}
