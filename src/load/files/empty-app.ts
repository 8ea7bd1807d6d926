// Load: what to do about an app's folder that has no scripts.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { FolderScan, folderAt } from "./folder-scan.ts";
import { misplacedIn } from "./misplaced.ts";
import { scriptFolders, scriptsOf } from "./script-file.ts";

/** What is most likely meant, for the folder as it was given: another one, or another place for what lies in it. */
export async function emptyAppHint(dir: string): Promise<string> {
  for (const above of [join(dir, ".."), join(dir, "../..")]) {
    if (await isApp(above)) return `did you mean ${above}, the app that this folder belongs to?`;
  }
  const [misplaced] = await misplacedIn(dir);
  if (misplaced !== undefined) {
    const { name, right } = misplaced;
    return right.includes("/") ? `move ${name} to ${right}` : `rename ${name}/ to ${right}/`;
  }
  const inside = await appsIn(dir);
  if (inside.length === 0) return NOTHING_FOUND;
  return `did you mean ${inside.map((name) => join(dir, name)).join(" or ")}?`;
}

/** The hint where no folder looks like a mistake. */
export const NOTHING_FOUND = "add one, for example ws/chat.ts, or create an app with: parlor new NAME";

/** At most this many folders are looked into, and at most this many are named. */
const MOST_SEEN = 100;
const MOST_NAMED = 3;

async function appsIn(dir: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = await foldersIn(dir);
  for (let seen = 0; seen < Math.min(waiting.length, MOST_SEEN) && found.length < MOST_NAMED; seen++) {
    const name = waiting[seen] ?? "";
    if (await isApp(join(dir, name))) found.push(name);
    else if (!name.includes("/"))
      waiting.push(...(await foldersIn(join(dir, name))).map((below) => `${name}/${below}`));
  }
  return found;
}

async function foldersIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names.filter((name) => !/^[_.]|^(?:node_modules|dist|public|test|templates)$/.test(name)).sort();
}

async function isApp(dir: string): Promise<boolean> {
  const root = await folderAt(dir);
  if (root === null) return false;
  const scan = new FolderScan(root);
  try {
    for (const folder of scriptFolders) await scan.add(folder);
  } catch {
    return false; // not readable for this user
  }
  return scriptsOf(root, scan.names).scripts.length > 0;
}
