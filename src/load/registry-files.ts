// Load: reads the files of a program that is a folder.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramFile } from "../boundary/events.ts";
import type { BundleOptions } from "./bundle/bundle.ts";
import { registryModule } from "./bundle/registry-module.ts";
import { problem, type AppProblem } from "./files/app-problem.ts";
import { REGISTRY } from "./files/script-file.ts";
import type { ScriptSource } from "../boundary/host-spec.ts";
import { globalNames } from "../host/script/script-globals.ts";

/** Bytes of one file, and of all files together: they are sent to the host whole, and kept there. */
const FILE_LIMIT = 1024 * 1024;
const FOLDER_LIMIT = 16 * 1024 * 1024;

/** The files of a program that is a folder. */
export interface RegistryFiles {
  readonly files: readonly ProgramFile[];
  /** The first 8 hexadecimal digits of the SHA-256 of them all. */
  readonly version: string;
  readonly problems: readonly AppProblem[];
}

/** Reads the text files among `names`, which are relative to the app. Other files cannot be modules. */
export async function readRegistry(names: readonly string[], options: BundleOptions): Promise<RegistryFiles> {
  const { root } = options;
  const files: ProgramFile[] = [];
  const problems: AppProblem[] = [];
  let total = 0;
  for (const name of [...names].sort()) {
    const file = join(root, ...name.split("/"));
    const size = (await stat(file).catch(() => null))?.size ?? 0;
    if (size > FILE_LIMIT || total + size > FOLDER_LIMIT) {
      problems.push(tooLarge(name, size > FILE_LIMIT ? FILE_LIMIT : FOLDER_LIMIT));
      continue;
    }
    const text = await textOf(file);
    if (text === null) continue;
    total += size;
    files.push({ path: name.slice(name.indexOf("/") + 1), text });
  }
  const made = await Promise.all(files.map((file) => withModule(file, options)));
  return { files: made, version: versionOf(files), problems };
}

async function withModule(file: ProgramFile, options: BundleOptions): Promise<ProgramFile> {
  const module = await registryModule({ name: `${REGISTRY}/${file.path}`, text: file.text }, options);
  return module === undefined ? file : { ...file, module };
}

/** The source that returns the globals of the folder's modules. */
export function registryGlobals(file: string): ScriptSource {
  const code = `"use strict";\nreturn { ${globalNames.join(", ")} };\n`;
  return {
    code,
    map: "",
    name: file,
    async: false,
    uses: globalNames,
    file: join(file, "world.js"),
    shared: [],
  };
}

// A file that is deleted while it is read is left out.
async function textOf(file: string): Promise<string | null> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

function versionOf(files: readonly ProgramFile[]): string {
  const hash = createHash("sha256");
  for (const { path, text } of files) hash.update(`${path}\0${text}\0`);
  return hash.digest("hex").slice(0, 8);
}

function tooLarge(name: string, limit: number): AppProblem {
  const what = limit === FILE_LIMIT ? "a file" : "all files of the folder together";
  return problem("PARLOR_FILE_SIZE", { file: name, what, limit: limit / 1024 / 1024 });
}
