// `npm run abuse -- --peers` runs this beside the other rows: most of its time it waits.
import { allRows, WAITING } from "./rows/all-rows.ts";
import { besidePeers } from "./support/beside-peers.ts";

besidePeers(allRows.filter(({ no }) => WAITING.has(no)));
