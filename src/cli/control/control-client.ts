// CLI: asks the running server of an app to run a task, to reload, or for its status.
import { dirname } from "node:path";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { UsageError } from "../print/failure.ts";
import { controlAddresses, refuseForeign } from "./control-address.ts";
import { connectTo } from "./control-connection.ts";
import { asReply, encodeMessage, readMessages } from "./control-protocol.ts";
import type { ControlReply, ControlRequest, TaskLine } from "./control-protocol.ts";

/**
 * Runs a task in the server of an app. Returns null when no server of that app is running. Rejects as `askRunning` does: a
 * server that stands still must not run the task later, when its command is over.
 */
export async function runRemotely(
  dir: string,
  task: string,
  onLine: (line: TaskLine) => void,
): Promise<RemoteTask | null> {
  if ((await askRunning(dir, { type: "ask" })) === null) return null;
  const socket = await connectToApp(dir);
  if (socket === null) return null;
  const ended = follow(socket, task, onLine);
  socket.write(encodeMessage({ type: "run", task }));
  return {
    ended,
    cancel: () => void socket.write(encodeMessage({ type: "cancel" })),
  };
}

/** A task that runs in another process, the server. */
export interface RemoteTask {
  /** The exit code of the task: 0 if it succeeded. Rejects with one line when it was not run, or its server closed the connection. */
  readonly ended: Promise<number>;
  /** Asks the server to stop the task; `ended` follows. */
  cancel(): void;
}

/**
 * Sends one request to the server of an app. Returns its reply, or null when no server of that app is running. Rejects if
 * the server gives no sign of life for 10 s: the system accepts connections for a process that stands still, too.
 */
export async function askRunning(dir: string, request: ControlRequest): Promise<ControlReply | null> {
  const socket = await connectToApp(dir);
  if (socket === null) return null;
  const replies = repliesOf(socket);
  try {
    socket.write(encodeMessage({ type: "ask" }));
    const status = await withinLimit(replies.next(), dir);
    if (request.type === "ask") return status;
    socket.write(encodeMessage(request));
    // Other nodes and versions may take long, and the server has shown that it runs.
    return await replies.next();
  } finally {
    socket.destroy();
  }
}

function repliesOf(socket: Socket): { next(): Promise<ControlReply> } {
  let settle: Promised | null = null;
  onReplies(socket, (reply) => settle?.resolve(reply));
  socket.on("close", () =>
    settle?.reject(new UsageError("the server closed the connection before it replied")),
  );
  return { next: () => new Promise((resolve, reject) => (settle = { resolve, reject })) };
}

async function withinLimit<T>(reply: Promise<T>, dir: string): Promise<T> {
  const limit = new AbortController();
  const late = delay(SILENCE_LIMIT, null, { signal: limit.signal }).then(() => {
    throw new UsageError(
      `the server of this app has not replied within ${SILENCE_LIMIT / 1000} s: ${dir}; it stands still or is overloaded: look at its process`,
    );
  });
  try {
    return await Promise.race([reply, late]);
  } finally {
    late.catch(() => undefined);
    limit.abort();
  }
}

interface Promised {
  resolve(reply: ControlReply): void;
  reject(error: Error): void;
}

/** How long a server may give no sign of life, ms: as long as the watch lets its loop stand still. */
const SILENCE_LIMIT = 10_000;

function follow(socket: Socket, task: string, onLine: (line: TaskLine) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    onReplies(socket, (reply) => {
      if (reply.type === "line") return onLine(reply.line);
      if (reply.type === "end") resolve(reply.code);
      else if (reply.type === "refused") reject(new UsageError(reply.message));
      socket.destroy();
    });
    socket.on("close", () =>
      reject(new UsageError(`the server closed the connection while ${task} was running`)),
    );
  });
}

/** Calls `onReply` for each reply, and closes the connection at the first message that is not one. */
function onReplies(socket: Socket, onReply: (reply: ControlReply) => void): void {
  readMessages(socket, (message) => {
    const reply = asReply(message);
    if (reply === null) socket.destroy();
    else onReply(reply);
  });
  socket.on("error", () => socket.destroy());
}

async function connectToApp(dir: string): Promise<Socket | null> {
  for (const folder of foldersFor(dir))
    for (const address of await controlAddresses(folder)) {
      const socket = await connectSafely(address);
      if (socket !== null) return socket;
    }
  return null;
}

// Without a folder, a command may have been given in a folder of the app, such as `ws/`.
function foldersFor(dir: string): string[] {
  if (dir !== ".") return [dir];
  const folders = [dir];
  for (let above = dirname(process.cwd()), up = ".."; above !== dirname(above); above = dirname(above)) {
    folders.push(up);
    up = `../${up}`;
  }
  return folders;
}

async function connectSafely(address: string): Promise<Socket | null> {
  try {
    await refuseForeign(dirname(address));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return null;
  }
  return connectTo(address);
}
