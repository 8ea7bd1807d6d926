import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { folderOf } from "../../support/running-app.ts";
import { parlor, type ParlorProcess } from "../support/parlor.ts";
import { childrenOf, kill } from "./served-process.ts";

const APP = {
  "ws/a.js": `export const onOpen = (session) => session.send(String(process.env.NOTIFY_SOCKET));`,
};

/** A folder with an app, and with a `systemd-notify` that writes its arguments and its socket to a file. */
function withNotify(): { readonly dir: string; readonly start: string; messages(): string[] } {
  const dir = folderOf({ ...APP, "bin/systemd-notify": "" });
  const record = join(dir, "messages");
  const script = `#!/bin/sh\nsleep 0.05\necho "$NOTIFY_SOCKET $*" >> '${record}'\n`;
  writeFileSync(join(dir, "bin/systemd-notify"), script);
  chmodSync(join(dir, "bin/systemd-notify"), 0o755);
  const start = `export PATH='${join(dir, "bin")}':"$PATH" NOTIFY_SOCKET=/run/fake; exec "$@"`;
  const messages = (): string[] =>
    existsSync(record) ? readFileSync(record, "utf8").trimEnd().split("\n") : [];
  return { dir, start, messages };
}

async function until(holds: () => boolean): Promise<void> {
  await vi.waitUntil(holds, { timeout: 30_000, interval: 20 });
}

async function stopped(server: ParlorProcess): Promise<void> {
  server.signal("SIGTERM");
  expect((await server.ended).code).toBe(0);
}

for (const flags of [[], ["--supervise"]])
  test(`systemd is notified of start, reload and stop, in order: serve ${flags.join("")}`, async () => {
    const { dir, start, messages } = withNotify();
    const server = parlor(["serve", dir, "--port", "0", ...flags], { shell: start });
    await server.prints(/^open (http\S+)$/m);
    await until(() => messages().length === 1);
    server.signal("SIGHUP");
    await until(() => messages().length === 3);
    await stopped(server);
    await until(() => messages().length === 4);
    expect(messages()).toEqual([
      "/run/fake READY=1",
      expect.stringMatching(/^\/run\/fake RELOADING=1 MONOTONIC_USEC=\d+$/),
      "/run/fake READY=1",
      "/run/fake STOPPING=1",
    ]);
  }, 60_000);

test("systemd is notified of a reload by parlor reload", async () => {
  const { dir, start, messages } = withNotify();
  const tmp = folderOf({});
  const server = parlor(["serve", dir, "--port", "0"], { shell: start, tmp });
  await server.prints(/^open (http\S+)$/m);
  await until(() => messages().length === 1);
  expect((await parlor(["reload", "--dir", dir], { tmp }).ended).code).toBe(0);
  await until(() => messages().length === 3);
  expect(messages().slice(1)).toEqual([
    expect.stringMatching(/ RELOADING=1 /) as string,
    expect.stringMatching(/ READY=1$/) as string,
  ]);
  await stopped(server);
}, 60_000);

test("systemd is notified of the stop of fronts when the first one has been started again", async () => {
  const { dir, start, messages } = withNotify();
  const server = parlor(["serve", dir, "--port", "0", "--fronts", "2"], { shell: start });
  await server.prints(/^open (http\S+)$/m);
  await until(() => messages().length === 1);
  const [first = 0] = childrenOf(server.pid);
  kill(first, "SIGKILL");
  await until(() => messages().length === 2);
  await stopped(server);
  await until(() => messages().length === 3);
  expect(messages().map((text) => text.slice("/run/fake ".length))).toEqual([
    "READY=1",
    "READY=1",
    "STOPPING=1",
  ]);
}, 60_000);

test("without systemd-notify the log has one line, and the app is served", async () => {
  const dir = folderOf(APP);
  const start = `export PATH=/nowhere NOTIFY_SOCKET=/run/fake; exec "$@"`;
  const server = parlor(["serve", dir, "--port", "0"], { shell: start });
  await server.prints(/PARLOR_SYSTEMD/);
  server.signal("SIGHUP");
  await stopped(server);
  expect((await server.ended).err.match(/PARLOR_SYSTEMD/g)).toHaveLength(1);
}, 60_000);
