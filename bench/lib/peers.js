import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { paths } from "./paths.js";

/** Flags with which the memory scenario makes Node collect garbage when it is told to. */
function nodeFlags({ collectable }) {
  return collectable ? ["--expose-gc", "--import", paths.gcHook] : [];
}

function nodePeer(name, protocol = "raw") {
  return {
    name,
    protocol,
    command: (options) => [process.execPath, ...nodeFlags(options), paths.server(name.replace(".", "-"))],
  };
}

function bunBinary() {
  const builds = [
    "bun-linux-x64",
    "bun-linux-x64-baseline",
    "bun-linux-aarch64",
    "bun-darwin-aarch64",
    "bun-darwin-x64",
  ];
  const binaries = builds.map((build) => join(paths.modules, "@oven", build, "bin", "bun"));
  const runs = (binary) =>
    existsSync(binary) && spawnSync(binary, ["--version"], { timeout: 5000 }).status === 0;
  const found = binaries.find(runs);
  if (!found) throw new Error("no Bun binary in bench/node_modules/@oven runs on this machine");
  return found;
}

function parlorCli(args, options) {
  if (!existsSync(paths.cli)) throw new Error("bin/parlor.js does not exist");
  return [
    process.execPath,
    ...nodeFlags(options),
    paths.cli,
    "serve",
    ...args,
    "--port",
    String(options.port),
  ];
}

/**
 * Each peer says how it is started and how it is spoken to. `command` throws when the peer cannot run here;
 * the port comes as an option and in the environment.
 */
export const peers = [
  { name: "parlor-thread", protocol: "raw", command: (options) => parlorCli([paths.app], options) },
  nodePeer("parlor-inline"),
  nodePeer("ws"),
  { name: "bun", protocol: "raw", command: () => [bunBinary(), paths.server("bun")] },
  nodePeer("socket.io", "socketIo"),
  nodePeer("colyseus", "colyseus"),
];

/** `parlor serve examples/chat`, for the time from command to ready only. */
export const chatServer = {
  name: "parlor serve examples/chat",
  protocol: "raw",
  command: (options) => parlorCli([paths.chat], options),
};
