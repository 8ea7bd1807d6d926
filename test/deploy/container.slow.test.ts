import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { kill, ServedProcess } from "../cli/lifetime/served-process.ts";
import { readPages } from "../docs/blocks.ts";
import { connect } from "../support/client.ts";
import { needs, skips } from "../support/require.ts";

const page = readPages().find(({ name }) => name === "docs/deploy/docker.md");
const dockerfile = page?.blocks.find(({ language }) => language === "dockerfile")?.text ?? "";

/** The arguments of an instruction in its JSON form. */
function argumentsOf(instruction: RegExp): string[] {
  const found = new RegExp(String.raw`^${instruction.source} (\[.*\])$`, "m").exec(dockerfile)?.[1];
  return JSON.parse(found ?? "[]") as string[];
}

/** The exit code of the health check of the page, for another port. */
function health(port: number): number | null {
  const [, ...args] = argumentsOf(/HEALTHCHECK .*CMD/).map((word) => word.replace("8080", String(port)));
  return spawnSync(process.execPath, args, { stdio: "ignore", timeout: 30_000 }).status;
}

const FILES = {
  "ws/a.js": `export const isolation = "process"; export const onOpen = (session) => session.send(String(process.ppid));`,
  "parlor.config.js": "export default { drainTime: 300 };",
};

const unshare = needs("unshare");
const cannot =
  unshare.skip || spawnSync(unshare.path, ["--pid", "--fork", "true"], { stdio: "ignore" }).status !== 0;

test("the command of the image is parlor serve of the app's own Parlor, for every address", () => {
  expect(argumentsOf(/CMD/)).toEqual([
    ...["node", "node_modules/parlor/bin/parlor.js", "serve"],
    ...["--host", "0.0.0.0"],
  ]);
});

describe.skipIf(skips(cannot, "a namespace for processes cannot be made"))("the command of the image", () => {
  test("process 1 that runs it serves, is healthy, and ends by SIGTERM with 0", async () => {
    const served = new ServedProcess(FILES, {
      args: argumentsOf(/CMD/).slice(3),
      shell: `exec '${unshare.path}' --pid --fork --kill-child "$@"`,
    });
    const [, port] = await served.process.prints(/^open http:\/\/\S+:(\d+)$/m);
    const [first = 0] = served.children();
    expect(readFileSync(`/proc/${first}/status`, "utf8")).toMatch(/^NSpid:\t\d+\t1$/m);
    expect(health(Number(port))).toBe(0);
    const client = connect(`ws://127.0.0.1:${port}/ws/a`);
    expect(await client.next()).toBe("1");
    kill(first, "SIGTERM");
    expect(await client.closed).toMatchObject({ code: 1001 });
    expect(await served.process.ended).toMatchObject({ code: 0 });
    expect(health(Number(port))).toBe(1);
  });
});
