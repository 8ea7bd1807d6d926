import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { paths } from "./paths.js";

export function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The version of an installed peer package, or null. */
export function installedVersion(name) {
  const file = join(paths.modules, name, "package.json");
  return existsSync(file) ? readJson(file).version : null;
}

function isComplete() {
  const { dependencies } = readJson(join(paths.bench, "package.json"));
  return Object.entries(dependencies).every(([name, version]) => installedVersion(name) === version);
}

/** The benchmarks import Parlor by its name, as a user does. */
export function linkParlor() {
  mkdirSync(paths.modules, { recursive: true });
  const link = join(paths.modules, "parlor");
  rmSync(link, { force: true });
  symlinkSync("../..", link, "dir");
}

/**
 * Installs the peers at the first run, into bench/node_modules: they are large, one brings a binary, and
 * nobody who only builds or tests Parlor needs them. No install script of a peer is run.
 */
export function installPeers() {
  if (!isComplete()) {
    console.error("Installing the peers into bench/node_modules (once)");
    // No lock file: several peers bring a binary per platform, and a lock written on one fails on another.
    const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
    const args = ["install", "--prefix", paths.bench, "--ignore-scripts", "--no-package-lock", ...quiet];
    const { status } = spawnSync("npm", args, { stdio: ["ignore", "inherit", "inherit"], cwd: paths.bench });
    if (status !== 0) throw new Error("npm could not install the peers into bench/node_modules");
  }
  linkParlor();
}
