// Attacks Parlor with the rows of test/abuse: `npm run abuse`; with `-- --peers` also ws, Socket.IO and Colyseus, and
// docs/reliability.md is written from that run. `--only NO,NO` takes some rows and writes
// nothing, except with `--after FILE`, the figures of an earlier run, in which it replaces these rows.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeRun } from "../bench/lib/machine.js";
import { toMarkdown } from "../bench/lib/table.js";
import { binOf, root } from "./tools.js";

const { values: options } = parseArgs({
  options: {
    peers: { type: "boolean", default: false },
    only: { type: "string" },
    after: { type: "string" },
  },
});
const servers = ["parlor", "ws", "socket-io", "colyseus"];
const titles = ["Parlor", "ws", "Socket.IO", "Colyseus"];

function abusePeers() {
  const dir = mkdtempSync(join(tmpdir(), "abuse-"));
  const file = join(dir, "figures.jsonl");
  writeFileSync(file, "");
  const only = options.only === undefined ? [] : ["-t", `row (?:${options.only.replaceAll(",", "|")}),`];
  const code = vitest(["test/abuse/peers", ...only], { PARLOR_ABUSE: file, PARLOR_ABUSE_PEERS: "1" });
  const earlier = options.after === undefined ? "" : readFileSync(options.after, "utf8");
  const damages = `${earlier}${readFileSync(file, "utf8")}`
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  console.log(`figures: ${file}`);
  if (options.only === undefined || options.after !== undefined)
    writeFileSync(join(root, "docs/reliability.md"), page(damages));
  else console.log(page(damages));
  return code;
}

function vitest(args, env) {
  const all = [binOf("vitest"), "run", "--mode", "slow", ...args];
  return spawnSync(process.execPath, all, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } })
    .status;
}

function page(damages) {
  const rows = [...new Map(damages.map((one) => [`${one.no} ${one.title}`, one])).values()].toSorted(
    (one, other) => one.no - other.no,
  );
  const of = (row, server) =>
    damages.findLast((one) => one.no === row.no && one.title === row.title && one.server === server);
  const held = servers.map((server) => rows.filter((row) => of(row, server)?.fault === null).length);
  const table = [
    ["attack", "expected", ...titles],
    ...rows.map((row) => [
      `${row.no}: ${row.title}`,
      row.expects,
      ...servers.map((server) => cell(of(row, server))),
    ]),
    [`**rows held**, of ${rows.length}`, "", ...held.map((count) => `**${count}**`)],
  ];
  const figures = [
    ["attack", ...titles],
    ...rows.map((row) => [`${row.no}: ${row.title}`, ...servers.map((server) => cost(of(row, server)))]),
  ];
  const run = [["", ""], ...describeRun().filter(([name]) => name !== "bun")];
  return `${[INTRO, `## This run\n\n${toMarkdown(run)}`, `## Results\n\n${toMarkdown(table)}`, COST, toMarkdown(figures), LIMITS].join("\n\n")}\n`;
}

/** What a server did, and whether that is as expected. */
function cell(damage) {
  if (damage === undefined) return "**fails**: the server did not live to the end of the row";
  if (damage.isUnfit) return "does not apply";
  const texts = Object.entries(damage.figures).map(
    ([name, value]) => `${name}: ${value === null ? "none" : value}`,
  );
  const text =
    texts.length > 4 ? [...new Set(Object.values(damage.figures).map(String))].join(", ") : texts.join(", ");
  const { problem } = damage;
  const harm = problem === null || damage.figures.end !== undefined ? "" : `; **${problem}**`;
  return `${damage.fault === null ? "holds" : "**fails**"}: ${text}${harm}`.replaceAll("|", "\\|");
}

function cost(damage) {
  if (
    damage === undefined ||
    damage.isUnfit ||
    damage.figures.end !== undefined ||
    damage.problem?.includes("has ended")
  )
    return "";
  const { honest, peak } = damage;
  return `${honest.p99.toFixed(0)} ms, ${Math.max(0, peak).toFixed(0)} MiB`;
}

const INTRO = `# Reliability under attack

The same attacks on Parlor and on three peers, on one machine. Rows with an attack that was corrected later were run again. \`npm run abuse -- --peers\` writes this page; do not edit it.

- Each attack uses raw TCP against its own server process. Meanwhile an honest client, which follows the protocol, sends a probe every 10 ms.
- A row fails if the server does not do what is expected, ends, loses a message of the honest client, refuses a new client, or uses more memory than the row allows.
- All servers have their default configuration, except compression in rows 24 and 25. In row 18, Parlor has \`maxConnectionsPerAddress: 100\`; the peers have no such option.
- The peers run the same commands as Parlor: \`bench/abuse/\`. The program on ws is the usual one: \`JSON.parse\` in the handler, and a map of rooms. Programs that follow the advice of the peers' documentation can hold more rows.
- Parlor is also attacked in each run of its own slow tests, with the same rows.`;

const COST = `## Cost

The honest client's round trip (p99), and how much the server's memory grew at its peak. Other programs used the machine, too: compare magnitudes, not digits.`;

const LIMITS = `## What these rows do not show

- A script's thread cannot bound all memory: a script that keeps one growing \`Map\` can end the process before the limit takes effect; a supervisor then restarts it. \`isolation = "process"\` contains it. See [Delivery](delivery.md).
- Bare ws does less for each message, and has a lower p99 than Parlor in many rows: see [Benchmarks](benchmarks.md).
- Shortages of the machine that last ten seconds have their own tests (\`test/abuse/machine-rows.slow.test.ts\`): no descriptors, a full disk for the log, and a client that fills the memory of its script. No session of others is closed, everything works again within 2 s, and health is \`ok\` all the time.
- The memory that one client can hold, in each dialect: see [Limits](limits.md#memory).
- Clusters and lost networks are tested elsewhere: see [Clusters](cluster.md).`;

process.exitCode = options.peers ? abusePeers() : vitest(["test/abuse"], {});
