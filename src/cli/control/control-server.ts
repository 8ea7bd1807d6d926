// CLI: the control socket of a running server, which `parlor run`, `reload` and `top` use.
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { firstLineOf, UsageError } from "../print/failure.ts";
import { prepareControlFolder } from "./control-address.ts";
import { connectTo } from "./control-connection.ts";
import { asRequest, encodeMessage, readMessages } from "./control-protocol.ts";
import type { ClusterAsk, ControlReply, ReloadRequest, TaskLine } from "./control-protocol.ts";
import type { ControlledServer } from "./controlled-server.ts";
import { withLock } from "./lock-file.ts";

/** The socket at one address, and those who are connected to it. */
export class ControlSocket implements ControlServer {
  readonly #address: string;
  readonly #app: ControlledServer;
  readonly #onReloaded: () => Promise<void>;
  readonly #callers = new Set<Caller>();
  #server: Server | null = null;

  /** `onReloaded` is called after a reload that a caller asked for, and is waited for. */
  constructor(address: string, app: ControlledServer, onReloaded: () => Promise<void>) {
    this.#address = address;
    this.#app = app;
    this.#onReloaded = onReloaded;
  }

  get isListening(): boolean {
    return this.#server !== null;
  }

  /** Rejects with one line if another server holds the address, or its folder is not safe. */
  async listen(): Promise<void> {
    await prepareControlFolder(this.#address);
    const server = createServer(this.#accept);
    await listenAlone(server, this.#address);
    // A connection that cannot be accepted costs its caller, not the server.
    server.on("error", () => undefined).unref();
    this.#server = server;
  }

  close(): void {
    this.stopListening();
    for (const caller of this.#callers) caller.dismiss();
  }

  /** New callers cannot connect; those that are connected stay. */
  stopListening(): void {
    this.#server?.close();
    this.#server = null;
  }

  readonly #accept = (socket: Socket): void => {
    const caller = new Caller(socket, this.#app, this.#onReloaded);
    this.#callers.add(caller);
    socket.on("close", () => this.#callers.delete(caller));
  };

  /** Many systems remove old files from the folder for temporary files. The old socket removes its file as it closes. */
  async keep(): Promise<void> {
    if (process.platform === "win32" || this.#server === null || existsSync(this.#address)) return;
    this.stopListening();
    await this.listen();
  }
}

/** A control socket that is open. */
export interface ControlServer {
  /** Ends the tasks that run, and stops listening. */
  close(): void;
}

/** Beyond this many unread bytes, the lines of a task are counted and dropped: the reading process may be suspended. */
const mostUnread = 1024 * 1024;

/** One connection. It runs at most one task, which ends with it. */
class Caller {
  readonly #socket: Socket;
  readonly #app: ControlledServer;
  readonly #onReloaded: () => Promise<void>;
  readonly #ended = new AbortController();
  #isBusy = false;
  #dropped = 0;

  constructor(socket: Socket, app: ControlledServer, onReloaded: () => Promise<void>) {
    this.#socket = socket;
    this.#app = app;
    this.#onReloaded = onReloaded;
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
    if (request.type === "ask") return void this.#ask(this.#status());
    if (request.type === "cluster" && request.ask.what !== "reload")
      return void this.#ask(this.#cluster(request.ask));
    if (this.#isBusy) return void this.#socket.destroy();
    this.#isBusy = true;
    if (request.type === "run") void this.#finish(this.#run(request.task));
    else void this.#finish(request.type === "reload" ? this.#reload(request) : this.#cluster(request.ask));
  };

  async #status(): Promise<ControlReply> {
    return { type: "status", status: await this.#app.status };
  }

  async #cluster(ask: ClusterAsk): Promise<ControlReply> {
    return { type: "cluster", nodes: await this.#app.cluster(ask) };
  }

  async #ask(reply: Promise<ControlReply>): Promise<void> {
    try {
      this.#reply(await reply);
    } catch (error) {
      this.#reply({ type: "refused", message: firstLineOf(error) });
    }
  }

  async #finish(work: Promise<ControlReply>): Promise<void> {
    try {
      this.#reply(await work);
    } catch (error) {
      this.#reply({ type: "refused", message: firstLineOf(error) });
    }
    this.#socket.end();
  }

  async #reload({ route, force = false }: ReloadRequest): Promise<ControlReply> {
    const result = await this.#app.reload(route, { force });
    await this.#onReloaded();
    return { type: "reloaded", result };
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
