// `npm run abuse -- --peers` runs this.
import { allRows, WAITING } from "./rows/all-rows.ts";
import { besidePeers } from "./support/beside-peers.ts";

besidePeers(allRows.filter(({ no }) => !WAITING.has(no)));
