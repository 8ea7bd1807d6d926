// CLI: `parlor new`, a small app from the template that is installed with Parlor.
import { isUtf8 } from "node:buffer";
import { cp, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { nameProblem } from "../common/app-name.ts";
import { inPackage, packageVersion } from "../common/package.ts";
import { UsageError } from "../print/failure.ts";
import type { Terminal } from "../print/terminal.ts";

/** Creates an app in a folder of that name below the current one, and prints the next steps. */
export async function newApp(name: string, terminal: Terminal): Promise<number> {
  const template = fileURLToPath(inPackage("templates/app"));
  await createApp({ name, folder: resolve(name), template });
  terminal.out(`Created ${name}/. Next steps:`);
  for (const step of [`cd ${name}`, "npm install", "npm run dev"]) {
    terminal.out(`  ${terminal.style("bold", step)}`);
  }
  return 0;
}

/** Copies a template into a new or empty folder, and fills in the app's name and Parlor's version. */
export async function createApp(app: { name: string; folder: string; template: string }): Promise<void> {
  const problem = nameProblem(app.name);
  if (problem !== null) throw new UsageError(`"${app.name}" ${problem}`);
  await refuseUsed(app.folder);
  await mkdir(app.folder, { recursive: true });
  await cp(app.template, app.folder, { recursive: true });
  const entries = await readdir(app.folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile()) await finish(join(entry.parentPath, entry.name), app.name);
  }
  await dependOnCheckout(join(app.folder, "package.json"));
}

async function refuseUsed(folder: string): Promise<void> {
  const found = await readdir(folder).catch(unlessMissing);
  if (found.length > 0)
    throw new UsageError(`the folder is not empty: ${folder}; choose another name, or empty it first`);
}

function unlessMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  if (error.code === "ENOTDIR")
    throw new UsageError(`a file has this name: ${error.path ?? ""}; choose another name`);
  throw error;
}

// npm leaves .gitignore files out of a package, so the template's has another name.
async function finish(file: string, name: string): Promise<void> {
  const bytes = await readFile(file);
  if (isUtf8(bytes) && bytes.includes("{{")) {
    const text = bytes.toString("utf8");
    await writeFile(file, text.replaceAll("{{name}}", name).replaceAll("{{version}}", packageVersion()));
  }
  if (file.endsWith("_gitignore")) await rename(file, join(dirname(file), ".gitignore"));
}

// The version of a checkout of Parlor may be in no registry, so an app that a checkout creates depends on its folder.
async function dependOnCheckout(file: string): Promise<void> {
  const parlor = fileURLToPath(inPackage("."));
  if (parlor.split(sep).includes("node_modules")) return;
  const manifest = JSON.parse(await readFile(file, "utf8")) as { dependencies?: Record<string, string> };
  manifest.dependencies = { ...manifest.dependencies, parlor: `file:${resolve(parlor)}` };
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
