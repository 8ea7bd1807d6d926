import { cpSync, existsSync, linkSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { shell } from "../support/shell.ts";
import { root } from "./blocks.ts";

/**
 * Gives a clone what this checkout has installed and compiled, so that `npm install` there adds only what differs: the
 * packages, the compiled files, and what the compiler knows of them. It lacks the stamp of a finished build.
 * With PARLOR_FIRST_HOUR=whole, nothing: all is downloaded and compiled as on a new machine.
 */
export async function seedClone(clone: string): Promise<void> {
  if (process.env["PARLOR_FIRST_HOUR"] === "whole") return;
  await linkPackages(root, clone);
  const known = "node_modules/.cache/parlor-build.tsbuildinfo";
  for (const part of ["dist", known])
    if (existsSync(join(root, part))) cpSync(join(root, part), join(clone, part), { recursive: true });
}

/** Whether `npm install` has built the clone. */
export function isBuilt(clone: string): boolean {
  return existsSync(join(clone, "node_modules/.cache/parlor-build.stamp"));
}

/** The installed packages of one folder as those of another, without a copy of their bytes. */
export async function linkPackages(from: string, to: string): Promise<void> {
  if (!areLinkable(from, to)) return;
  mkdirSync(join(to, "node_modules"), { recursive: true });
  // Files whose names begin with a dot are npm's own, and caches: they are written in place.
  await shell(
    `find "${from}/node_modules" -mindepth 1 -maxdepth 1 \\( -name .bin -o -not -name ".*" \\) -exec cp -al -t node_modules {} +`,
    { cwd: to },
  );
}

// Two file systems have no link in common.
function areLinkable(from: string, to: string): boolean {
  const probe = join(to, ".link");
  try {
    linkSync(join(from, "package.json"), probe);
    rmSync(probe);
    return true;
  } catch {
    return false;
  }
}
