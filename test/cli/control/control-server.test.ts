import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { controlAddress } from "../../../src/cli/control/control-address.ts";
import { runRemotely } from "../../../src/cli/control/control-client.ts";
import type { TaskLine } from "../../../src/cli/control/control-protocol.ts";
import { openControl } from "../../../src/cli/control/control-server.ts";
import type { ControlServer, TaskRunner } from "../../../src/cli/control/control-server.ts";
import { Folder } from "../support/parlor.ts";
import { ownTmp } from "../support/socket-folder.ts";

interface Started {
  readonly name: string;
  readonly onLine: (line: TaskLine) => void;
  readonly signal: AbortSignal;
}

/** Runs tasks that a test ends by hand. */
class HandRunner implements TaskRunner {
  readonly started: Started[] = [];
  readonly #waiting: (() => void)[] = [];
  #finish: ((result: { ok: boolean }) => void) | null = null;

  runTask(name: string, { onLine, signal }: Omit<Started, "name">): Promise<{ ok: boolean }> {
    if (name === "missing") return Promise.reject(new Error("there is no task missing\nand a second line"));
    this.started.push({ name, onLine, signal });
    for (const go of this.#waiting.splice(0)) go();
    return new Promise((resolve) => {
      this.#finish = resolve;
      signal.addEventListener("abort", () => resolve({ ok: false }));
    });
  }

  finish(ok: boolean): void {
    this.#finish?.({ ok });
  }

  async begun(): Promise<Started> {
    if (this.started.length === 0) await new Promise<void>((go) => this.#waiting.push(go));
    return this.started.at(-1)!;
  }
}

describe.skipIf(process.platform === "win32")("the control channel", () => {
  let tmp: ReturnType<typeof ownTmp>;
  let app: Folder;
  let tasks: HandRunner;
  let control: ControlServer | null;

  beforeEach(() => {
    tmp = ownTmp();
    app = new Folder();
    tasks = new HandRunner();
    control = null;
  });
  afterEach(() => {
    control?.close();
    app.remove();
    tmp.restore();
  });

  const open = async (): Promise<void> => void (control = await openControl(app.path, tasks));
  const socketFolder = (): string => join(tmp.path, `parlor-${userInfo().uid}`);

  test("runs a task in the server, shows its lines as they come, and tells how it ended", async () => {
    await open();
    const lines: TaskLine[] = [];
    const running = await runRemotely(app.path, "backup", (shown) => lines.push(shown));
    const { name, onLine } = await tasks.begun();
    expect(name).toBe("backup");
    onLine(line("one\ntwo {}"));
    onLine({ level: "error", text: "three", at: "tasks/backup.ts:4" });
    tasks.finish(true);
    expect(await running?.ended).toBe(true);
    expect(lines).toEqual([line("one\ntwo {}"), { level: "error", text: "three", at: "tasks/backup.ts:4" }]);
  });

  test("tells when a task has failed, and why one was not run", async () => {
    await open();
    const running = await runRemotely(app.path, "backup", () => {});
    await tasks.begun();
    tasks.finish(false);
    expect(await running?.ended).toBe(false);
    const missing = await runRemotely(app.path, "missing", () => {});
    await expect(missing?.ended).rejects.toThrow(/^there is no task missing$/);
  });

  test("ends a task when its caller cancels", async () => {
    await open();
    const running = await runRemotely(app.path, "backup", () => {});
    const { signal } = await tasks.begun();
    running?.cancel();
    await aborted(signal);
    expect(await running?.ended).toBe(false);
  });

  test("ends a task when its caller is gone", async () => {
    await open();
    const socket = connect(await controlAddress(app.path));
    socket.write('{"type":"run","task":"backup"}\n');
    const { signal } = await tasks.begun();
    socket.destroy();
    await aborted(signal);
  });

  test("ends its tasks when the server closes, and says so", async () => {
    await open();
    const running = await runRemotely(app.path, "backup", () => {});
    const { signal } = await tasks.begun();
    control?.close();
    await expect(running?.ended).rejects.toThrow("the server was stopped");
    expect(signal.aborted).toBe(true);
    expect(readdirSync(socketFolder())).toEqual([]);
  });

  test("is the same for every way of writing the app's folder, and for no other app", async () => {
    await open();
    const link = join(tmp.path, "linked");
    symlinkSync(app.path, link);
    const running = await runRemotely(`${link}/.`, "backup", () => {});
    await tasks.begun();
    tasks.finish(true);
    expect(await running?.ended).toBe(true);
    expect(await runRemotely(tmp.path, "backup", () => {})).toBeNull();
  });

  test("finds nobody where no server runs", async () => {
    expect(await runRemotely(app.path, "backup", () => {})).toBeNull();
    await open();
    control?.close();
    expect(await runRemotely(app.path, "backup", () => {})).toBeNull();
  });

  test("is in a folder that only this user can enter, even if it was there and open", async () => {
    mkdirSync(socketFolder());
    chmodSync(socketFolder(), 0o777);
    await open();
    expect(lstatSync(socketFolder()).mode & 0o777).toBe(0o700);
  });

  test("is not opened in a place that somebody else could hold, and not looked for there", async () => {
    const elsewhere = new Folder();
    symlinkSync(elsewhere.path, socketFolder());
    await expect(open()).rejects.toThrow(`${socketFolder()} is not a folder of this user`);
    await expect(runRemotely(app.path, "backup", () => {})).rejects.toThrow("is not a folder of this user");
    expect(readdirSync(elsewhere.path)).toEqual([]);
    elsewhere.remove();
  });

  test("takes the place of a server that was killed", async () => {
    const address = await controlAddress(app.path);
    mkdirSync(dirname(address), { mode: 0o700 });
    leaveStaleSocket(address);
    expect(lstatSync(address).isSocket()).toBe(true);
    expect(await runRemotely(app.path, "backup", () => {})).toBeNull();
    await open();
    const running = await runRemotely(app.path, "backup", () => {});
    await tasks.begun();
    tasks.finish(true);
    expect(await running?.ended).toBe(true);
    expect(readdirSync(dirname(address))).toHaveLength(1);
  });

  test("leaves the place of a server that lives", async () => {
    await open();
    await expect(openControl(app.path, new HandRunner())).rejects.toThrow(
      "another server of this app is running",
    );
    const running = await runRemotely(app.path, "backup", () => {});
    await tasks.begun();
    tasks.finish(true);
    expect(await running?.ended).toBe(true);
  });

  test("of several servers that start at once after a crash, one has it", async () => {
    const address = await controlAddress(app.path);
    mkdirSync(dirname(address), { mode: 0o700 });
    leaveStaleSocket(address);
    const opened = await Promise.allSettled(Array.from({ length: 20 }, () => openControl(app.path, tasks)));
    const won = opened.filter((result) => result.status === "fulfilled");
    expect(won).toHaveLength(1);
    await expectAnswer(app.path);
    for (const { value } of won) value.close();
  });

  test("is taken over although a server died while it did so", async () => {
    const address = await controlAddress(app.path);
    mkdirSync(dirname(address), { mode: 0o700 });
    leaveStaleSocket(address);
    writeFileSync(`${address}.lock`, "");
    await open();
    await expectAnswer(app.path);
    expect(readdirSync(dirname(address))).toHaveLength(1);
  });

  test("says which path is too long for a socket", async () => {
    const deep = join(tmp.path, "d".repeat(90));
    mkdirSync(deep);
    process.env["TMPDIR"] = deep;
    await expect(open()).rejects.toThrow(/is over 10\d bytes: set TMPDIR to a shorter folder/);
  });

  test.each([
    "no json\n",
    "[]\n",
    "null\n",
    '{"type":"run"}\n',
    '{"type":"run","task":5}\n',
    "x".repeat(1 << 21),
  ])("hangs up on a caller that says %.20j, and lives on", async (words) => {
    await open();
    const socket = connect(await controlAddress(app.path));
    const closed = closedOf(socket);
    socket.write(words);
    await closed;
    expect(tasks.started).toEqual([]);
    await expectAnswer(app.path);
  });

  test("runs one task for one caller", async () => {
    await open();
    const socket = connect(await controlAddress(app.path));
    const closed = closedOf(socket);
    socket.write('{"type":"run","task":"a"}\n{"type":"run","task":"b"}\n');
    const { signal } = await tasks.begun();
    await closed;
    await aborted(signal);
    expect(tasks.started.map(({ name }) => name)).toEqual(["a"]);
  });

  test("counts what a suspended reader leaves unread, and does not keep it", async () => {
    await open();
    const socket = connect(await controlAddress(app.path));
    socket.pause();
    socket.write('{"type":"run","task":"chatty"}\n');
    const { onLine } = await tasks.begun();
    const text = "x".repeat(1000);
    for (let n = 0; n < 20_000; n++) onLine(line(text));
    let read = "";
    const closed = closedOf(socket);
    socket.on("data", (chunk) => (read += chunk.toString()));
    tasks.finish(true);
    await closed;
    const replies = read.trimEnd().split("\n");
    const told = replies.length - 2;
    expect(told).toBeLessThan(3000);
    expect(replies.at(-2)).toContain(`${20_000 - told} lines were left out`);
    expect(replies.at(-1)).toBe('{"type":"end","ok":true}');
  });

  test("says so when the server goes away in the middle of a task", async () => {
    const address = await controlAddress(app.path);
    mkdirSync(dirname(address), { mode: 0o700 });
    const dying = createServer((socket) => socket.on("data", () => socket.destroy())).listen(address);
    await new Promise((resolve) => dying.once("listening", resolve));
    const running = await runRemotely(app.path, "backup", () => {});
    await expect(running?.ended).rejects.toThrow("the server went away while backup was running");
    dying.close();
    rmSync(address, { force: true });
  });
});

const line = (text: string): TaskLine => ({ level: "info", text, at: null });

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}

async function expectAnswer(dir: string): Promise<void> {
  const refused = await runRemotely(dir, "missing", () => {});
  expect(refused).not.toBeNull();
  await expect(refused?.ended).rejects.toThrow("there is no task missing");
}

function closedOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.resume();
  });
}

/** What a killed server leaves behind: the file of a socket that nobody listens on. */
function leaveStaleSocket(address: string): void {
  const path = JSON.stringify(address);
  const script = `require("net").createServer().listen(${path}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script]);
}
