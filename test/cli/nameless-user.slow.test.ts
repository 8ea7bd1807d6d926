import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { folderOf } from "../support/running-app.ts";
import { skips } from "../support/require.ts";

const BIN = resolve(import.meta.dirname, "../../bin/parlor.js");
/** A user id that has no entry in /etc/passwd, as in many containers. */
const NAMELESS = 54_321;

const FILES = {
  "app/ws/a.ts": `export const onOpen = (session) => session.send("hi");`,
  "app/tasks/t.ts": `export default () => console.log("task ran");`,
};

/** The program `node`, where that user may run it: the one that npx has installed is in a folder of root. */
let node = process.execPath;
const shared = mkdtempSync(join(tmpdir(), "parlor-node-"));

beforeAll(() => {
  const { status } = spawnSync(node, ["--version"], { uid: NAMELESS, gid: NAMELESS });
  if (status === 0) return;
  chmodSync(shared, 0o755);
  node = join(shared, "node");
  copyFileSync(process.execPath, node);
});

/** Without HOME, USER and LANG. */
class Nameless {
  readonly top = folderOf(FILES);
  readonly #env: NodeJS.ProcessEnv;

  constructor(tmp: string) {
    mkdirSync(join(this.top, "tmp"));
    for (const folder of [this.top, join(this.top, "tmp")]) chmodSync(folder, 0o777);
    this.#env = { PATH: process.env["PATH"], TMPDIR: join(this.top, tmp) };
  }

  get #options() {
    return { cwd: this.top, env: this.#env, uid: NAMELESS, gid: NAMELESS };
  }

  run(...args: string[]): { readonly status: number | null; readonly text: string } {
    const { status, stdout, stderr } = spawnSync(node, [BIN, ...args], {
      ...this.#options,
      encoding: "utf8",
    });
    return { status, text: stdout + stderr };
  }

  /** Resolves with the address of the server. */
  async serve(command: "serve" | "dev"): Promise<string> {
    const server: ChildProcess = spawn(node, [BIN, command, "app", "--port", "0"], {
      ...this.#options,
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(async () => {
      server.kill("SIGKILL");
      await once(server, "exit");
    });
    const seen: string[] = [];
    for await (const line of createInterface({ input: server.stdout! })) {
      seen.push(line);
      const address = /https?:\/\/[\d.:]+/.exec(line)?.[0];
      if (address !== undefined) return address;
    }
    throw new Error(`the server ended: ${seen.join("\n")}`);
  }
}

afterAll(() => {
  for (const folder of [`/dev/shm/parlor-${NAMELESS}`, shared])
    rmSync(folder, { recursive: true, force: true });
});

// Only root can take another user's id.
describe.skipIf(skips(process.getuid?.() !== 0, "only root can take another user id"))(
  "a user id without a name",
  () => {
    // Nothing can be written to the second one.
    test.each(["tmp", "missing"])("all commands work, with TMPDIR %s", { timeout: 60_000 }, async (tmp) => {
      const user = new Nameless(tmp);
      await user.serve("serve");
      expect(user.run("top", "--json", "app")).toMatchObject({ status: 0 });
      expect(user.run("reload", "--dir", "app")).toEqual({ status: 0, text: "reloaded: nothing changed\n" });
      expect(user.run("run", "t", "--dir", "app")).toEqual({ status: 0, text: "task ran\n" });
      expect(user.run("check", "app")).toMatchObject({ status: 0 });
      expect(user.run("new", "tea")).toMatchObject({ status: 0 });
    });

    test("parlor dev serves", { timeout: 60_000 }, async () => {
      const address = await new Nameless("tmp").serve("dev");
      expect((await fetch(`${address}/_parlor/health`)).status).toBe(200);
    });
  },
);
