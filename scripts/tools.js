import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository, wherever a script is started from. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Whether a package is in this repository's node_modules. */
export function isInstalled(name) {
  return existsSync(join(root, "node_modules", name, "package.json"));
}

/** The file of a command that a package brings; started with this Node, it needs no shell on any system. */
export function binOf(name, command = name) {
  if (!isInstalled(name)) throw new Error(`${name} is not installed: run npm install`);
  const folder = join(root, "node_modules", name);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[command]);
}

/** Runs a JavaScript file with this Node and gives its exit code and all it printed. */
export function runNode(file, args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", (error) => done({ code: 1, output: error.message }));
    child.on("close", (code) => done({ code: code ?? 1, output }));
  });
}

/** `1.2 s`, as every script here prints a duration. */
export function secondsSince(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
