// Load: scripts and pages that lie where none is looked for, such as `websocket/chat.ts` or `chat.ts` beside `ws/`.
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { problem, type AppProblem } from "./app-problem.ts";

/** What lies in the wrong place: a folder with another name, or a script that lies in no folder. */
export interface Misplaced {
  readonly name: string;
  /** Where it belongs: `ws`, or `ws/chat.ts`. */
  readonly right: string;
  /** Whether its code shows that it is meant for Parlor; a folder's name alone may be a coincidence. */
  readonly isSure: boolean;
}

/** A warning for each of them whose code shows that it is meant to be served. */
export async function misplacedWarnings(root: string): Promise<AppProblem[]> {
  const found = await misplacedIn(root).catch(() => []);
  return found
    .filter(({ isSure }) => isSure)
    .map(({ name, right }) =>
      right.includes("/")
        ? problem("PARLOR_FILE_PLACE/file", { file: name, right })
        : problem("PARLOR_FILE_PLACE/folder", { file: name, right }),
    );
}

/** What an app's own folder has in the wrong place. Reads the folder, and at most a few files of it. */
export async function misplacedIn(root: string): Promise<Misplaced[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  const found = await Promise.all(
    entries.map(async (entry) => {
      const { name } = entry;
      if (entry.isFile()) return await scriptOutside(root, name);
      const usual = entry.isDirectory() ? ALIASES.get(name.toLowerCase()) : undefined;
      if (usual === undefined || FOLDERS.has(name)) return null;
      return await otherFolder(join(root, name), name, usual);
    }),
  );
  return found.filter((one) => one !== null).filter(({ right }) => !names.has(right));
}

/** Names that people give to folders of scripts and of pages, with Parlor's own. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ws: ["ws", "wss", "websocket", "websockets", "web-sockets", "socket", "sockets", "routes", "channels"],
    http: ["http", "https", "api", "rest", "endpoints"],
    cron: ["cron", "crons", "crontab", "jobs", "schedule", "schedules"],
    tasks: ["tasks", "task"],
    public: ["public", "static", "www"],
  }).flatMap(([right, others]) => others.map((other) => [other, right] as const)),
);
const FOLDERS: ReadonlySet<string> = new Set(ALIASES.values());

const SCRIPT = /^(?![_.])(?!parlor\.config\.).*(?<!\.d|\.test|\.spec|\.config)\.(?:ts|mts|js|mjs)$/;

async function otherFolder(path: string, name: string, usual: string): Promise<Misplaced | null> {
  const files = await filesIn(path);
  if (usual === "public") return files.includes("index.html") ? { name, right: usual, isSure: true } : null;
  const scripts = files.filter((file) => SCRIPT.test(file.replace(/^.*[\\/]/, ""))).slice(0, MOST_READ);
  if (scripts.length === 0) return null;
  const folders = await Promise.all(scripts.map((file) => folderFor(join(path, file))));
  const right = folders.find((folder) => folder !== null) ?? null;
  return { name, right: right ?? usual, isSure: right !== null };
}

/** The files below a folder, by their paths from it. `recursive` of `readdir` would follow links, which may lead back. */
async function filesIn(folder: string, from = ""): Promise<string[]> {
  const entries = await readdir(join(folder, from), { withFileTypes: true });
  const found = entries.map(async (entry) => {
    const path = join(from, entry.name);
    if (!entry.isDirectory()) return [path];
    return entry.name === "node_modules" ? [] : filesIn(folder, path);
  });
  return (await Promise.all(found)).flat();
}

async function scriptOutside(root: string, name: string): Promise<Misplaced | null> {
  if (!SCRIPT.test(name)) return null;
  const folder = await folderFor(join(root, name));
  return folder === null ? null : { name, right: `${folder}/${name}`, isSure: true };
}

const MOST_READ = 8;

// By the names that it exports, as they are written. Ring has no exports, but its extension.
async function folderFor(file: string): Promise<string | null> {
  if (extname(file) === ".ring") return "bolt";
  const text = await readFile(file, "utf8").catch(() => "");
  return EXPORTS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

const DECLARED = String.raw`^export\s+(?:async\s+)?(?:function|const|let)\s+`;
const EXPORTS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`${DECLARED}(?:onOpen|onMessage|onBinary|onTick|onUpgrade)\\b`, "m"), "ws"],
  [new RegExp(`${DECLARED}(?:GET|POST|PUT|PATCH|DELETE|handleRequest)\\b`, "m"), "http"],
  [new RegExp(`${DECLARED}schedule\\b`, "m"), "cron"],
];
