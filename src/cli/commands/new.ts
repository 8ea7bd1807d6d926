// CLI: `parlor new`, a small app from a template that is installed with Parlor.
import { isUtf8 } from "node:buffer";
import { cp, mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { nameProblem, suggestedName } from "../common/app-name.ts";
import { inPackage, packageVersion } from "../common/package.ts";
import type { TemplateName } from "../common/templates.ts";
import { UsageError } from "../print/failure.ts";
import type { Terminal } from "../print/terminal.ts";

/** Creates an app from a template, in a folder given by its path, and prints the next steps. `.` is the current folder. */
export async function newApp(path: string, template: TemplateName, terminal: Terminal): Promise<number> {
  const folder = resolve(path);
  const isHere = folder === process.cwd();
  // The current folder has its name already, which need not be one of a package.
  const name = isHere ? (suggestedName(basename(folder)) ?? "parlor-app") : lastPart(path);
  await createApp({ name, folder, template: fileURLToPath(inPackage(`templates/${template}`)) });
  terminal.out(`Created ${isHere ? name : `${path.replace(/[\\/]+$/, "")}/`}. Next steps:`);
  for (const step of [...(isHere ? [] : [`cd ${path}`]), "npm install", "npm run dev"]) {
    terminal.out(`  ${terminal.style("bold", step)}`);
  }
  return 0;
}

// `apps/tea-room/` is `tea-room`. A path that ends in `..` has no name of its own.
function lastPart(path: string): string {
  const last =
    path
      .replace(/[\\/]+$/, "")
      .split(sep === "/" ? "/" : /[\\/]/)
      .at(-1) ?? "";
  return last === ".." ? path : last;
}

/** Copies a template into a new or empty folder, and fills in the app's name and Parlor's version. */
export async function createApp(app: { name: string; folder: string; template: string }): Promise<void> {
  const problem = nameProblem(app.name);
  if (problem !== null) throw new UsageError(`"${app.name}" ${problem}`);
  await refuseUsed(app.folder);
  await makeFolder(app.folder);
  await cp(app.template, app.folder, { recursive: true });
  const entries = await readdir(app.folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile()) await finish(join(entry.parentPath, entry.name), app.name);
  }
  await dependOnCheckout(join(app.folder, "package.json"));
}

// Not by the option `recursive`: where a folder cannot be made in one that is there, as in /proc, Node tries for ever.
async function makeFolder(folder: string): Promise<void> {
  const error = await mkdir(folder).then(() => null, systemError);
  const parent = dirname(folder);
  if (error === null || (error.code === "EEXIST" && (await isFolder(folder)))) return;
  if (error.code !== "ENOENT" || (await isFolder(parent)))
    throw new UsageError(`the folder cannot be created: ${folder} (${error.code}); choose another name`);
  await makeFolder(parent);
  await makeFolder(folder);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function systemError(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  return error;
}

async function refuseUsed(folder: string): Promise<void> {
  const found = await readdir(folder).catch(unlessMissing);
  if (found.some((name) => !BEFORE_AN_APP.has(name)))
    throw new UsageError(`the folder is not empty: ${folder}; choose another name, or empty it first`);
}

/** What a folder may have before it is an app: an empty repository, and what editors and systems put there. */
const BEFORE_AN_APP: ReadonlySet<string> = new Set([
  ".git",
  ".hg",
  ".idea",
  ".vscode",
  ".DS_Store",
  "Thumbs.db",
]);

function unlessMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT" || error.code === "ELOOP") return [];
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
