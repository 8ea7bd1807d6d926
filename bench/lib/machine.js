import { spawnSync } from "node:child_process";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { installedVersion, readJson } from "./install.js";
import { paths } from "./paths.js";

function commit() {
  const { status, stdout } = spawnSync("git", ["rev-parse", "--short", "HEAD"], {
    cwd: paths.root,
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim() : "unknown";
}

/** What the figures belong to: pairs of name and text. */
export function describeRun(now = new Date()) {
  const { version } = readJson(join(paths.root, "package.json"));
  const versions = ["ws", "socket.io", "@colyseus/core", "@colyseus/ws-transport", "bun"];
  return [
    ["date", now.toISOString().slice(0, 10)],
    ["processor", `${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} cores`],
    ["memory", `${(totalmem() / 2 ** 30).toFixed(0)} GiB`],
    ["system", `${type()} ${release()}`],
    ["Node.js", process.version],
    ["Parlor", `${version}, commit ${commit()}`],
    ...versions.map((name) => [name, installedVersion(name) ?? "not installed"]),
  ];
}
