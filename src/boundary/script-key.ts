// Boundary: the identity of a script, which a reload keeps whatever its file is called.
import type { ScriptInfo } from "./script-info.ts";

/**
 * The identity of a script: its kind, and its route or its job. `ws /ws/chat`, `cron cron/nightly`, `program bolt/tea`.
 * All that outlives a version is keyed by it. The name of a file is for people.
 */
export type ScriptKey = `${ScriptInfo["kind"]} ${string}`;

/** The key of a script. A file that is renamed to another extension, or into a folder of its name, keeps it. */
export function scriptKey({ kind, route, name }: Pick<ScriptInfo, "kind" | "route" | "name">): ScriptKey {
  if (kind === "program") return `${kind} ${name.replace(PROGRAM_END, "")}`;
  return `${kind} ${kind === "cron" ? name.replace(SCRIPT_EXTENSION, "") : route}`;
}

/** The keys of the scripts of a host. */
export function keysOf({ scripts }: Scripts): ScriptKey[] {
  return scripts.map(({ info }) => scriptKey(info));
}

/** The script of a host that has this key. */
export function infoOf({ scripts }: Scripts, key: ScriptKey): ScriptInfo | undefined {
  return scripts.find(({ info }) => scriptKey(info) === key)?.info;
}

interface Scripts {
  readonly scripts: readonly { readonly info: ScriptInfo }[];
}

const SCRIPT_EXTENSION = /\.(?:ts|mts|js|mjs)$/;
/** A program is a file, `scripting/wall.ts`, or a folder, `scripting/wall/index.tsx`. */
const PROGRAM_END = /(?<=^[^/]+\/[^/]+)(?:\/index)?\.(?:[cm]?[jt]sx?|ring)$/;
