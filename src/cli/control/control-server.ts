import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { controlAddress, prepareControlFolder } from "./control-address.ts";
import { connectTo } from "./control-connection.ts";
import { withLock } from "./lock-file.ts";
import { asRequest, encodeMessage, readMessages } from "./control-protocol.ts";
import type { ControlReply, TaskLine } from "./control-protocol.ts";
import { messageOf, UsageError } from "../failure.ts";

/** What runs tasks: the server of an app. It rejects with one line when it has no such task. */
export interface TaskRunner {
  runTask(
    name: string,
    watch: { readonly onLine: (line: TaskLine) => void; readonly signal: AbortSignal },
  ): Promise<{ readonly ok: boolean }>;
  /** How the server is doing: plain data. */
  readonly status?: unknown;
  /** Loads the app anew, or the scripts of one route. Rejects with one line when they stay as they were. */
  reload?(route?: string): Promise<void>;
}

/** The ear of a running server that `parlor run` speaks to. */
export interface ControlServer {
  /** Ends the tasks that run and listens no longer. */
  close(): void;
}

/** Over this many bytes unread, a task's lines are counted and no longer kept: its reader may be suspended. */
const mostUnread = 1024 * 1024;

/** Listens for `parlor run`. Rejects with one line when another server of this app does so, or the place is not safe. */
export async function openControl(dir: string, tasks: TaskRunner): Promise<ControlServer> {
  const address = await controlAddress(dir);
  await prepareControlFolder(address);
  const callers = new Set<Caller>();
  const server = createServer((socket) => {
    const caller = new Caller(socket, tasks);
    callers.add(caller);
    socket.on("close", () => callers.delete(caller));
  });
  await listenAlone(server, address);
  server.unref();
  return {
    close() {
      server.close();
      for (const caller of callers) caller.dismiss();
    },
  };
}

/** One `parlor run`: a connection runs one task, and the task ends with it. */
class Caller {
  readonly #socket: Socket;
  readonly #tasks: TaskRunner;
  readonly #ended = new AbortController();
  #running = false;
  #dropped = 0;

  constructor(socket: Socket, tasks: TaskRunner) {
    this.#socket = socket;
    this.#tasks = tasks;
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#ended.abort());
    readMessages(socket, (message) => this.#receive(message));
  }

  /** The server closes: the task is ended, its caller told. */
  dismiss(): void {
    this.#reply({ type: "refused", message: "the server was stopped" });
    this.#ended.abort();
    this.#socket.end();
    this.#socket.unref();
  }

  #receive(message: unknown): void {
    const request = asRequest(message);
    if (request === null) return void this.#socket.destroy();
    if (request.type === "cancel") return this.#ended.abort();
    if (request.type === "ask") return this.#reply({ type: "status", status: this.#tasks.status ?? null });
    if (this.#running) return void this.#socket.destroy();
    this.#running = true;
    void (request.type === "reload" ? this.#reload(request.route) : this.#run(request.task));
  }

  async #reload(route?: string): Promise<void> {
    try {
      await this.#tasks.reload?.(route);
      this.#reply({ type: "end", ok: true });
    } catch (error) {
      this.#reply({ type: "refused", message: messageOf(error) });
    }
    this.#socket.end();
  }

  async #run(task: string): Promise<void> {
    try {
      const { ok } = await this.#tasks.runTask(task, {
        onLine: (line) => this.#tell(line),
        signal: this.#ended.signal,
      });
      this.#tellDropped();
      this.#reply({ type: "end", ok });
    } catch (error) {
      this.#reply({ type: "refused", message: messageOf(error) });
    }
    this.#socket.end();
  }

  #tell({ level, text, at }: TaskLine): void {
    if (this.#socket.writableLength > mostUnread) {
      this.#dropped++;
      return;
    }
    this.#tellDropped();
    this.#reply({ type: "line", line: { level, text, at } });
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return;
    const text = `${this.#dropped} lines were left out: they came faster than they were read`;
    this.#dropped = 0;
    this.#reply({ type: "line", line: { level: "warn", text, at: null } });
  }

  #reply(reply: ControlReply): void {
    if (this.#socket.writable) this.#socket.write(encodeMessage(reply));
  }
}

async function listenAlone(server: Server, address: string): Promise<void> {
  if (await listens(server, address)) return;
  if (!(await withLock(`${address}.lock`, () => takeOver(server, address)))) throw answeredAlready();
}

// A killed server leaves its socket's file behind, which keeps others from listening until somebody removes it. Only the
// holder of the lock does: two that found the same dead file would remove each other's live one.
async function takeOver(server: Server, address: string): Promise<boolean> {
  if (await isAnswered(address)) return false;
  await rm(address, { force: true });
  return await listens(server, address);
}

function answeredAlready(): UsageError {
  return new UsageError("another server of this app is running, and they speak to that one");
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

async function isAnswered(address: string): Promise<boolean> {
  const socket = await connectTo(address);
  socket?.destroy();
  return socket !== null;
}
