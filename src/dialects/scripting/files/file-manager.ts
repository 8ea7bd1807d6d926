// Dialect: the published global `FileManager`.
import { FileProblem } from "../../../host/api/platform-files.ts";
import type { Platform } from "../../../host/api/platform.ts";
import { stringFor } from "../../../boundary/checks.ts";
import type { ScriptFunction } from "../common/checks.ts";
import { AppDirectories } from "./app-directories.ts";
import { FileCalls, pathFor } from "./file-calls.ts";
import { Path } from "./path.ts";

/** The global: directories, calls in two forms, bookmarks, and what a server does not have. */
export function fileManagerGlobal(platform: Platform): object {
  const directories = new AppDirectories(platform.files);
  return Object.defineProperties(
    { ...callsInTwoForms(platform), ...lookups(platform, directories), ...bookmarks(platform), ...missing() },
    Object.getOwnPropertyDescriptors(directoriesOf(directories)),
  );
}

/** Runs a call on files; a refusal of the file system names the published call. */
export function explained<T>(call: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof FileProblem) throw new Error(`${call}: ${error.message}`);
    throw error;
  }
}

// Both forms work at once: the program has a thread of its own, which waits for the file.
function callsInTwoForms(platform: Platform): Readonly<Record<string, ScriptFunction>> {
  const calls = new FileCalls(platform);
  const named: Record<string, ScriptFunction> = {};
  for (const name of Object.getOwnPropertyNames(FileCalls.prototype)) {
    if (name === "constructor") continue;
    const call = Reflect.get(calls, name) as ScriptFunction;
    const run: ScriptFunction = (...args) =>
      explained(`FileManager.${name}`, () => Reflect.apply(call, calls, args) as unknown);
    named[`${name}Sync`] = run;
    // In this form a refusal is a rejection.
    named[name] = async (...args) => run(...args);
  }
  return named;
}

function directoriesOf(directories: AppDirectories): object {
  return {
    get scriptsDirectory() {
      return directories.scripts;
    },
    get documentsDirectory() {
      return directories.data("documents");
    },
    get appGroupDocumentsDirectory() {
      return directories.data("group");
    },
    get temporaryDirectory() {
      return directories.data("temporary");
    },
    get iCloudDocumentsDirectory() {
      return directories.data("icloud");
    },
    get isiCloudEnabled() {
      return true;
    },
  };
}

function lookups({ files }: Platform, directories: AppDirectories): Readonly<Record<string, ScriptFunction>> {
  const exists = (call: string, path: unknown): boolean =>
    explained(`FileManager.${call}`, () => files.stat(pathFor(call, path)) !== null);
  return {
    mimeType: (path) => files.mediaTypeOf(pathFor("mimeType", path)).split(";", 1)[0],
    destinationOfSymbolicLink: (path) => {
      const call = "FileManager.destinationOfSymbolicLink";
      const link = pathFor("destinationOfSymbolicLink", path);
      const target = explained(call, () => files.linkTarget(link));
      if (target !== null) return target;
      throw new TypeError(`${call}: ${JSON.stringify(link)} is not a symbolic link`);
    },
    isFileStoredIniCloud: (path) => directories.isInCloud(pathFor("isFileStoredIniCloud", path)),
    isiCloudFileDownloaded: (path) => exists("isiCloudFileDownloaded", path),
    downloadFileFromiCloud: async (path) => exists("downloadFileFromiCloud", path),
  };
}

/** The folders of `allowedFolders`, by the last part of their paths. */
function bookmarks({ files }: Platform): Readonly<Record<string, ScriptFunction>> {
  const all = files.folders
    .slice(1)
    .map((folder) => folder.replaceAll("\\", "/"))
    .map((path) => ({ name: Path.basename(path), path }));
  const find = (call: string, name: unknown): string | null => {
    const wanted = stringFor(`FileManager.${call}`, "name", name);
    return all.find((bookmark) => bookmark.name === wanted)?.path ?? null;
  };
  return {
    getAllFileBookmarks: () => all.map((bookmark) => ({ ...bookmark })),
    bookmarkExists: (name) => find("bookmarkExists", name) !== null,
    bookmarkedPath: (name) => find("bookmarkedPath", name),
  };
}

function missing(): Readonly<Record<string, ScriptFunction>> {
  const refused = Object.entries(MISSING).map(([name, why]): [string, ScriptFunction] => [
    name,
    () => {
      throw new TypeError(`FileManager.${name} is not supported: ${why}`);
    },
  ]);
  return Object.fromEntries(refused);
}

const NO_ARCHIVES = "Parlor has no archives; import an npm package for them";
const MISSING: Readonly<Record<string, string>> = {
  zip: NO_ARCHIVES,
  zipSync: NO_ARCHIVES,
  unzip: NO_ARCHIVES,
  unzipSync: NO_ARCHIVES,
  getShareUrlOfiCloudFile: "a server has no iCloud; serve the file with registerFile",
};
