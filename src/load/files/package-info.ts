// Load: the name and the version of an app, from its package.json.
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { isRecord } from "../../boundary/checks.ts";

/** `dir`: the app's folder, absolute. Without a package it is named after its folder. */
export async function packageInfo(
  dir: string,
): Promise<{ readonly title: string; readonly version: string }> {
  const manifest = manifestOf(await readFile(join(dir, "package.json"), "utf8").catch(() => "{}"));
  return { title: textOf(manifest["name"], basename(dir)), version: textOf(manifest["version"], "0.0.0") };
}

function manifestOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}
