// Bench: another commit of this repository, built in a folder of its own.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paths } from "./paths.js";

function run(command, args, cwd) {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")} failed: ${stderr.trim().split("\n").at(-1)}`);
}

/** Checks a revision out, installs and builds it. Returns its folder; `remove` deletes it. */
export function baseTree(revision) {
  const folder = mkdtempSync(join(tmpdir(), "parlor-base-"));
  const remove = () => {
    spawnSync("git", ["worktree", "remove", "--force", folder], { cwd: paths.root });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run("git", ["worktree", "add", "--detach", folder, revision], paths.root);
    run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], folder);
    mkdirSync(join(folder, "bench/node_modules"), { recursive: true });
    symlinkSync("../..", join(folder, "bench/node_modules/parlor"), "dir");
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
