import { spawnSync } from "node:child_process";
import { loadsOf } from "../lib/load.js";
import { paths } from "../lib/paths.js";
import { withServer } from "./with-server.js";

const CLIENTS = 1000;
/** Who has a loop of its own, or is shown with the usual one. */
const LOOPS = ["parlor-thread", "parlor-inline", "ws", "colyseus"];

/** What `parlor serve` itself says of its last ten seconds of ticks. */
function ownFigures() {
  const { stdout } = spawnSync(process.execPath, [paths.cli, "top", paths.app, "--json"], {
    encoding: "utf8",
    timeout: 10_000,
  });
  const { ticks } = JSON.parse(stdout).scripts.find(({ route }) => route === "/ws/ticks");
  return { ownP50: ticks.lateness.p50, ownP99: ticks.lateness.p99, ownSkipped: ticks.skipped };
}

async function measure(peer, { warmMs, tickMs }) {
  return withServer(peer, {}, async (server, generator) => {
    await generator.connect(server, "ticks", CLIENTS);
    const plan = { warmMs, measureMs: tickMs };
    const { faults, usage, broadcasts, ...figures } = await generator.request("ticks", plan);
    if (faults > 0) throw new Error(`${faults} clients did not get each of ${broadcasts} ticks once`);
    const own = peer.name === "parlor-thread" ? ownFigures() : {};
    return { ...figures, ...own, ...loadsOf(usage) };
  });
}

const late = (key, title) => ({ key, unit: "ms", title, digits: 3 });

/** How right the ticks are, measured inside each server's own loop. */
export const ticks = {
  name: "ticks",
  title: "Ticks: 60 per second, 1,000 clients, a broadcast of 100 B at each",
  columns: [
    late("p50", "late p50"),
    late("p99", "late p99"),
    late("max", "late max"),
    late("errorP50", "interval error p50"),
    { ...late("errorP99", "interval error p99"), ratio: "less" },
    { key: "rate", unit: "/s", title: "rate", digits: 3 },
    { key: "rateError", unit: "%", title: "rate error", digits: 4 },
    { key: "leftOut", unit: "ticks", title: "skipped", digits: 0 },
    late("ownP50", "late p50 by the server"),
    late("ownP99", "late p99 by the server"),
    { key: "serverLoad", unit: "cores", title: "server", digits: 2 },
  ],
  subjects: (peers) => peers.filter(({ name }) => LOOPS.includes(name)),
  /** Long, and each has thousands of samples. */
  rounds: (rounds) => Math.min(rounds, 3),
  measure,
};
