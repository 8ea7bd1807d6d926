import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync, writeSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { expect } from "vitest";

/** A program that some tests need besides Node. Where it is missing, they are skipped with one line. */
export type Tool =
  | "chromium"
  | "python-websockets"
  | "redis-server"
  | "nats-server"
  | "openssl"
  | "prometheus"
  | "strace"
  | "nginx"
  | "caddy"
  | "haproxy"
  | "curl"
  | "systemd-analyze"
  | "unshare";

/** `describe.skipIf(tool.skip)`; `path` is the program to start, `""` when `skip` is true. */
export interface Need {
  readonly skip: boolean;
  readonly reason: string;
  readonly path: string;
}

/** Where to look, and where to report; tests of `needs` replace it. */
export interface Where {
  readonly env: { readonly [name: string]: string | undefined };
  readonly folders: readonly string[];
  say(line: string): void;
}

interface Recipe {
  readonly programs: readonly string[];
  readonly install: string;
  readonly works?: (program: string) => boolean;
}

const recipes: Readonly<Record<Tool, Recipe>> = {
  chromium: { programs: ["chromium", "chromium-browser", "google-chrome"], install: "chromium" },
  "python-websockets": { programs: ["python3"], install: "python3-websockets", works: importsWebsockets },
  "redis-server": { programs: ["redis-server", "valkey-server"], install: "redis-server" },
  openssl: { programs: ["openssl"], install: "openssl" },
  prometheus: { programs: ["prometheus"], install: "prometheus" },
  strace: { programs: ["strace"], install: "strace" },
  "nats-server": { programs: ["nats-server"], install: "nats-server" },
  nginx: { programs: ["nginx"], install: "nginx-light" },
  caddy: { programs: ["caddy"], install: "caddy" },
  curl: { programs: ["curl"], install: "curl" },
  haproxy: { programs: ["haproxy"], install: "haproxy" },
  "systemd-analyze": { programs: ["systemd-analyze"], install: "systemd" },
  unshare: { programs: ["unshare"], install: "util-linux" },
};

// Debian installs python3-websockets for /usr/bin/python3, which another python3 on the PATH may hide.
const systemFolders = ["/usr/bin", "/usr/sbin", "/usr/local/bin"];

const here: Where = {
  env: process.env,
  folders: systemFolders,
  // Past vitest's capture of the console, which would make three lines of it.
  say: (line) => void writeSync(2, `${line}\n`),
};

/** Looks for a tool. A missing one is one line of output, or an error with `PARLOR_REQUIRE_ALL=1`. */
export function needs(tool: Tool, where: Where = here): Need {
  const recipe = recipes[tool];
  const path = candidates(recipe, where).find(recipe.works ?? (() => true));
  if (path !== undefined) return { skip: false, reason: "", path };

  const reason = `${tool} was not found (on Debian: apt-get install ${recipe.install})`;
  if (where.env["PARLOR_REQUIRE_ALL"] === "1") {
    throw new Error(`${reason}, and PARLOR_REQUIRE_ALL=1 forbids to skip its tests`);
  }
  where.say(`skipped in ${testFile()}: ${reason}`);
  return { skip: true, reason, path: "" };
}

/**
 * Whether tests are skipped because they do not apply to this machine, this user, or this implementation: in one line
 * that says why. `test.skipIf(skips(process.platform === "win32", "Windows has no signals"))`.
 */
export function skips(doesNotApply: boolean, reason: string, say: Where["say"] = here.say): boolean {
  if (doesNotApply) say(`skipped in ${testFile()}: ${reason}`);
  return doesNotApply;
}

function candidates({ programs }: Recipe, { env, folders }: Where): string[] {
  const onPath = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const everywhere = new Set([...onPath, ...folders]);
  return programs.flatMap((name) => [...everywhere].map((folder) => join(folder, name))).filter(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function importsWebsockets(python: string): boolean {
  return spawnSync(python, ["-c", "import websockets"], { stdio: "ignore", timeout: 10_000 }).status === 0;
}

function testFile(): string {
  const { testPath } = expect.getState();
  return testPath === undefined ? "a test" : relative(process.cwd(), testPath);
}
