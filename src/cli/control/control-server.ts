// CLI: the control socket of a running server, which `parlor run`, `reload` and `top` use.
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { firstLineOf, UsageError } from "../print/failure.ts";
import { controlAddress, prepareControlFolder } from "./control-address.ts";
import { connectTo } from "./control-connection.ts";
import { asRequest, encodeMessage, readMessages } from "./control-protocol.ts";
import type { ControlReply, TaskLine } from "./control-protocol.ts";
import type { ControlledServer } from "./controlled-server.ts";
import { withLock } from "./lock-file.ts";

/** Opens the control socket of an app. Rejects with one line if another server holds it, or its folder is not safe. */
export async function openControl(dir: string, app: ControlledServer): Promise<ControlServer> {
  const address = await controlAddress(dir);
  await prepareControlFolder(address);
  const control = new ControlSocket(address, app);
  await control.listen();
  return control;
}

/** A control socket that is open. */
export interface ControlServer {
  /** Ends the tasks that run, and stops listening. */
  close(): void;
}

/** The socket, and those who are connected to it. */
class ControlSocket implements ControlServer {
  readonly #address: string;
  readonly #app: ControlledServer;
  readonly #callers = new Set<Caller>();
  #server: Server | null = null;
  #check: NodeJS.Timeout | undefined;

  constructor(address: string, app: ControlledServer) {
    this.#address = address;
    this.#app = app;
  }

  async listen(): Promise<void> {
    const server = createServer(this.#accept);
    await listenAlone(server, this.#address);
    // A connection that cannot be accepted costs its caller, not the server.
    server.on("error", () => undefined).unref();
    this.#server = server;
    this.#check ??= setInterval(() => void this.#keep(), LOOK_EVERY).unref();
  }

  close(): void {
    clearInterval(this.#check);
    this.#server?.close();
    this.#server = null;
    for (const caller of this.#callers) caller.dismiss();
  }

  readonly #accept = (socket: Socket): void => {
    const caller = new Caller(socket, this.#app);
    this.#callers.add(caller);
    socket.on("close", () => this.#callers.delete(caller));
  };

  // Many systems remove old files from the folder for temporary files. The old socket removes its file as it closes.
  async #keep(): Promise<void> {
    if (process.platform === "win32" || this.#server === null || existsSync(this.#address)) return;
    this.#server.close();
    try {
      await prepareControlFolder(this.#address);
      await this.listen();
    } catch {
      // Tried again at the next look.
    }
  }
}

/** How often the server looks for the file of its socket, ms. */
const LOOK_EVERY = 10_000;

/** Beyond this many unread bytes, the lines of a task are counted and dropped: the reading process may be suspended. */
const mostUnread = 1024 * 1024;

/** One connection. It runs at most one task, which ends with it. */
class Caller {
  readonly #socket: Socket;
  readonly #app: ControlledServer;
  readonly #ended = new AbortController();
  #isBusy = false;
  #dropped = 0;

  constructor(socket: Socket, app: ControlledServer) {
    this.#socket = socket;
    this.#app = app;
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#ended.abort());
    readMessages(socket, this.#receive);
  }

  /** The server closes: ends the task, and reports that to the caller. */
  dismiss(): void {
    this.#reply({ type: "refused", message: "the server was stopped" });
    this.#ended.abort();
    this.#socket.end();
    this.#socket.unref();
  }

  readonly #receive = (message: unknown): void => {
    const request = asRequest(message);
    if (request === null) return void this.#socket.destroy();
    if (request.type === "cancel") return this.#ended.abort();
    if (request.type === "ask") return this.#reply({ type: "status", status: this.#app.status });
    if (this.#isBusy) return void this.#socket.destroy();
    this.#isBusy = true;
    void this.#finish(request.type === "reload" ? this.#reload(request.route) : this.#run(request.task));
  };

  async #finish(work: Promise<ControlReply>): Promise<void> {
    try {
      this.#reply(await work);
    } catch (error) {
      this.#reply({ type: "refused", message: firstLineOf(error) });
    }
    this.#socket.end();
  }

  async #reload(route?: string): Promise<ControlReply> {
    return { type: "reloaded", result: await this.#app.reload(route) };
  }

  async #run(task: string): Promise<ControlReply> {
    const { ok, exitCode = 1 } = await this.#app.runTask(task, {
      onLine: (line) => this.#sendLine(line),
      signal: this.#ended.signal,
    });
    this.#reportDropped();
    return { type: "end", code: ok ? 0 : exitCode };
  }

  #sendLine({ level, text, at }: TaskLine): void {
    if (this.#socket.writableLength > mostUnread) {
      this.#dropped++;
      return;
    }
    this.#reportDropped();
    this.#reply({ type: "line", line: { level, text, at } });
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    const text = `${this.#dropped} lines dropped: they were logged faster than they were read`;
    this.#dropped = 0;
    this.#reply({ type: "line", line: { level: "warn", text, at: null } });
  }

  #reply(reply: ControlReply): void {
    if (this.#socket.writable) this.#socket.write(encodeMessage(reply));
  }
}

async function listenAlone(server: Server, address: string): Promise<void> {
  if (await listens(server, address)) return;
  if (!(await withLock(`${address}.lock`, () => replaceDeadSocket(server, address)))) throw heldByAnother();
}

// A killed server leaves its socket's file behind, which keeps others from listening until it is removed. Only the
// holder of the lock removes it: two processes that found the same dead file would remove each other's live one.
async function replaceDeadSocket(server: Server, address: string): Promise<boolean> {
  if (await isLive(address)) return false;
  await rm(address, { force: true });
  return await listens(server, address);
}

function heldByAnother(): UsageError {
  return new UsageError(
    "another server of this app is already running; parlor run, reload and top will reach that one",
  );
}

function listens(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.off("listening", onListening);
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    };
    const onListening = (): void => {
      server.off("error", onError);
      resolve(true);
    };
    server.once("error", onError).once("listening", onListening).listen(address);
  });
}

async function isLive(address: string): Promise<boolean> {
  const socket = await connectTo(address);
  socket?.destroy();
  return socket !== null;
}
