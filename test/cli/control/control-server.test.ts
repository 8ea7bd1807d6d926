import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { controlAddress } from "../../../src/cli/control/control-address.ts";
import { askRunning, runRemotely } from "../../../src/cli/control/control-client.ts";
import type { ReloadResult, TaskLine } from "../../../src/cli/control/control-protocol.ts";
import { openControl } from "../../../src/cli/control/open-control.ts";
import type { ControlServer } from "../../../src/cli/control/control-server.ts";
import type { ControlledServer } from "../../../src/cli/control/controlled-server.ts";
import { Folder } from "../support/parlor.ts";
import { ownTmp } from "../support/socket-folder.ts";
import { skips } from "../../support/require.ts";

interface Started {
  readonly name: string;
  readonly onLine: (line: TaskLine) => void;
  readonly signal: AbortSignal;
}

/** A server whose tasks end when the test says so. */
class FakeServer implements ControlledServer {
  readonly status = {};
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

  reload(): Promise<ReloadResult> {
    return Promise.resolve({ changed: ["ws/a.ts"], removed: [], problems: ["ws/b.ts: wrong"] });
  }

  cluster(): Promise<unknown> {
    return Promise.reject(new Error("it is in no cluster"));
  }

  async nextStart(): Promise<Started> {
    if (this.started.length === 0) await new Promise<void>((go) => this.#waiting.push(go));
    return this.started.at(-1)!;
  }
}

describe.skipIf(skips(process.platform === "win32", "Windows has named pipes in place of sockets"))(
  "the control socket",
  () => {
    let tmp: ReturnType<typeof ownTmp>;
    let app: Folder;
    let tasks: FakeServer;
    let control: ControlServer | null;

    beforeEach(() => {
      tmp = ownTmp();
      app = new Folder();
      tasks = new FakeServer();
      control = null;
    });
    afterEach(() => {
      control?.close();
      app.remove();
      tmp.restore();
    });

    const open = async (): Promise<void> => void (control = await openControl(app.path, tasks));
    const socketFolder = (): string => join(tmp.path, `parlor-${userInfo().uid}`);

    test("runs a task in the server, and sends its lines as they are logged and its outcome", async () => {
      await open();
      const lines: TaskLine[] = [];
      const running = await runRemotely(app.path, "backup", (shown) => lines.push(shown));
      const { name, onLine } = await tasks.nextStart();
      expect(name).toBe("backup");
      onLine(line("one\ntwo {}"));
      onLine({ level: "error", text: "three", at: "tasks/backup.ts:4" });
      tasks.finish(true);
      expect(await running?.ended).toBe(0);
      expect(lines).toEqual([
        line("one\ntwo {}"),
        { level: "error", text: "three", at: "tasks/backup.ts:4" },
      ]);
    });

    test("reports that a task failed, and why a task was not run", async () => {
      await open();
      const running = await runRemotely(app.path, "backup", () => {});
      await tasks.nextStart();
      tasks.finish(false);
      expect(await running?.ended).toBe(1);
      const missing = await runRemotely(app.path, "missing", () => {});
      await expect(missing?.ended).rejects.toThrow(/^there is no task missing$/);
    });

    test("sends what a reload changed", async () => {
      await open();
      expect(await askRunning(app.path, { type: "reload" })).toEqual({
        type: "reloaded",
        result: { changed: ["ws/a.ts"], removed: [], problems: ["ws/b.ts: wrong"] },
      });
    });

    test("stops a task when its caller cancels", async () => {
      await open();
      const running = await runRemotely(app.path, "backup", () => {});
      const { signal } = await tasks.nextStart();
      running?.cancel();
      await aborted(signal);
      expect(await running?.ended).toBe(1);
    });

    test("stops a task when its caller disconnects", async () => {
      await open();
      const socket = connect(await controlAddress(app.path));
      socket.write('{"type":"run","task":"backup"}\n');
      const { signal } = await tasks.nextStart();
      socket.destroy();
      await aborted(signal);
    });

    test("stops its tasks and reports it when the server closes", async () => {
      await open();
      const running = await runRemotely(app.path, "backup", () => {});
      const { signal } = await tasks.nextStart();
      control?.close();
      await expect(running?.ended).rejects.toThrow("the server was stopped");
      expect(signal.aborted).toBe(true);
      expect(readdirSync(socketFolder())).toEqual([]);
    });

    test("has one address for every spelling of the app's folder, and another for another app", async () => {
      await open();
      const link = join(tmp.path, "linked");
      symlinkSync(app.path, link);
      const running = await runRemotely(`${link}/.`, "backup", () => {});
      await tasks.nextStart();
      tasks.finish(true);
      expect(await running?.ended).toBe(0);
      expect(await runRemotely(tmp.path, "backup", () => {})).toBeNull();
    });

    test("runRemotely returns null when no server runs", async () => {
      expect(await runRemotely(app.path, "backup", () => {})).toBeNull();
      await open();
      control?.close();
      expect(await runRemotely(app.path, "backup", () => {})).toBeNull();
    });

    test("is in a folder that only this user can enter, even if the folder existed and was open", async () => {
      mkdirSync(socketFolder());
      chmodSync(socketFolder(), 0o777);
      await open();
      expect(lstatSync(socketFolder()).mode & 0o777).toBe(0o700);
    });

    test("is neither opened nor looked for in a folder of another user", async () => {
      const elsewhere = new Folder();
      symlinkSync(elsewhere.path, socketFolder());
      await expect(open()).rejects.toThrow(`the control folder belongs to another user: ${socketFolder()}`);
      await expect(runRemotely(app.path, "backup", () => {})).rejects.toThrow(
        "the control folder belongs to another user",
      );
      expect(readdirSync(elsewhere.path)).toEqual([]);
      elsewhere.remove();
    });

    test("replaces the socket of a server that was killed", async () => {
      const address = await controlAddress(app.path);
      mkdirSync(dirname(address), { mode: 0o700 });
      leaveStaleSocket(address);
      expect(lstatSync(address).isSocket()).toBe(true);
      expect(await runRemotely(app.path, "backup", () => {})).toBeNull();
      await open();
      const running = await runRemotely(app.path, "backup", () => {});
      await tasks.nextStart();
      tasks.finish(true);
      expect(await running?.ended).toBe(0);
      expect(readdirSync(dirname(address))).toHaveLength(1);
    });

    test("is refused to a second server while the first one runs", async () => {
      await open();
      await expect(openControl(app.path, new FakeServer())).rejects.toThrow(
        "another server of this app is already running",
      );
      const running = await runRemotely(app.path, "backup", () => {});
      await tasks.nextStart();
      tasks.finish(true);
      expect(await running?.ended).toBe(0);
    });

    test("is opened by exactly one of several servers that start at once after a crash", async () => {
      const address = await controlAddress(app.path);
      mkdirSync(dirname(address), { mode: 0o700 });
      leaveStaleSocket(address);
      const opened = await Promise.allSettled(Array.from({ length: 20 }, () => openControl(app.path, tasks)));
      const won = opened.filter((result) => result.status === "fulfilled");
      expect(won).toHaveLength(1);
      await expectAnswer(app.path);
      for (const { value } of won) value.close();
    });

    test("is opened although a dead server holds the lock", async () => {
      const address = await controlAddress(app.path);
      mkdirSync(dirname(address), { mode: 0o700 });
      leaveStaleSocket(address);
      writeFileSync(`${address}.lock`, "");
      await open();
      await expectAnswer(app.path);
      expect(readdirSync(dirname(address))).toHaveLength(1);
    });

    test("refuses a path that is too long for a socket", async () => {
      const deep = join(tmp.path, "d".repeat(90));
      mkdirSync(deep);
      process.env["TMPDIR"] = deep;
      await expect(open()).rejects.toThrow(/is longer than 10\d bytes: .*; set TMPDIR to a shorter folder/);
    });

    test.each([
      "no json\n",
      "[]\n",
      "null\n",
      '{"type":"run"}\n',
      '{"type":"run","task":5}\n',
      "x".repeat(1 << 21),
    ])("disconnects a caller that sends %.20j, and continues", async (bytes) => {
      await open();
      const socket = connect(await controlAddress(app.path));
      const closed = closedOf(socket);
      socket.write(bytes);
      await closed;
      expect(tasks.started).toEqual([]);
      await expectAnswer(app.path);
    });

    test("runs at most one task for each connection", async () => {
      await open();
      const socket = connect(await controlAddress(app.path));
      const closed = closedOf(socket);
      socket.write('{"type":"run","task":"a"}\n{"type":"run","task":"b"}\n');
      const { signal } = await tasks.nextStart();
      await closed;
      await aborted(signal);
      expect(tasks.started.map(({ name }) => name)).toEqual(["a"]);
    });

    test("counts and drops the lines that a suspended reader leaves unread", async () => {
      await open();
      const socket = connect(await controlAddress(app.path));
      socket.pause();
      socket.write('{"type":"run","task":"chatty"}\n');
      const { onLine } = await tasks.nextStart();
      const text = "x".repeat(1000);
      for (let n = 0; n < 20_000; n++) onLine(line(text));
      let read = "";
      const closed = closedOf(socket);
      socket.on("data", (chunk) => (read += chunk.toString()));
      tasks.finish(true);
      await closed;
      const replies = read.trimEnd().split("\n");
      const received = replies.length - 2;
      expect(received).toBeLessThan(3000);
      expect(replies.at(-2)).toContain(`${20_000 - received} lines dropped`);
      expect(replies.at(-1)).toBe('{"type":"end","code":0}');
    });

    test("is opened again when its file was removed", async () => {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      await open();
      rmSync(await controlAddress(app.path));
      vi.advanceTimersByTime(2000);
      vi.useRealTimers();
      await expect.poll(() => askRunning(app.path, { type: "ask" })).toMatchObject({ type: "status" });
    });

    test("is found by the path as it was given, and by the folder that its link leads to after a reload", async () => {
      const [first, second] = [join(app.path, "r1"), join(app.path, "r2")];
      for (const folder of [first, second]) mkdirSync(folder);
      const link = join(app.path, "current");
      symlinkSync(first, link);
      control = await openControl(link, tasks);
      const isFound = async (path: string): Promise<boolean> =>
        (await askRunning(path, { type: "ask" })) !== null;
      expect([await isFound(link), await isFound(first), await isFound(second)]).toEqual([true, true, false]);
      rmSync(link);
      symlinkSync(second, link);
      expect(await askRunning(link, { type: "reload" })).toMatchObject({ type: "reloaded" });
      expect([await isFound(link), await isFound(first), await isFound(second)]).toEqual([true, false, true]);
      rmSync(link);
      symlinkSync(first, link);
      await askRunning(link, { type: "reload" });
      expect([await isFound(link), await isFound(first), await isFound(second)]).toEqual([true, true, false]);
    });

    test("is found by a path that leads to the link by another link", async () => {
      const real = join(app.path, "real");
      mkdirSync(join(real, "r1"), { recursive: true });
      symlinkSync("r1", join(real, "current"));
      symlinkSync("real", join(app.path, "alias"));
      control = await openControl(join(app.path, "alias/current"), tasks);
      mkdirSync(join(real, "r2"));
      rmSync(join(real, "current"));
      symlinkSync("r2", join(real, "current"));
      expect(await askRunning(join(real, "current"), { type: "ask" })).toMatchObject({ type: "status" });
    });

    test("runRemotely rejects when the server closes the connection during a task", async () => {
      const address = await controlAddress(app.path);
      mkdirSync(dirname(address), { mode: 0o700 });
      const status = `${JSON.stringify({ type: "status", status: {} })}\n`;
      const dying = createServer((socket) => {
        socket.on("data", (data) => {
          if (data.includes('"ask"')) socket.write(status);
          else socket.destroy();
        });
      }).listen(address);
      await new Promise((resolve) => dying.once("listening", resolve));
      const running = await runRemotely(app.path, "backup", () => {});
      await expect(running?.ended).rejects.toThrow(
        "the server closed the connection while backup was running",
      );
      dying.close();
      rmSync(address, { force: true });
    });
  },
);

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

/** Creates the socket file that a killed server leaves behind. */
function leaveStaleSocket(address: string): void {
  const path = JSON.stringify(address);
  const script = `require("net").createServer().listen(${path}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script]);
}
