import { dirname } from "node:path";
import type { Socket } from "node:net";
import { controlAddress, refuseForeign } from "./control-address.ts";
import { connectTo } from "./control-connection.ts";
import { asReply, encodeMessage, readMessages } from "./control-protocol.ts";
import type { ControlReply, ControlRequest, TaskLine } from "./control-protocol.ts";
import { UsageError } from "../failure.ts";

/** A task that runs in a server elsewhere on this machine. */
export interface RemoteTask {
  /** Whether the task did its work. Rejects with one line when it was not run, or its server went away. */
  readonly ended: Promise<boolean>;
  /** Asks the server to end it; `ended` follows. */
  cancel(): void;
}

/** Runs a task in the server of an app, or gives null when no server of that app is running. */
export async function runRemotely(
  dir: string,
  task: string,
  onLine: (line: TaskLine) => void,
): Promise<RemoteTask | null> {
  const address = await controlAddress(dir);
  const socket = await connectSafely(address);
  if (socket === null) return null;
  const ended = follow(socket, task, onLine);
  socket.write(encodeMessage({ type: "run", task }));
  return {
    ended,
    cancel: () => void socket.write(encodeMessage({ type: "cancel" })),
  };
}

/** Asks the server of an app one thing and waits for the answer; null when no server of that app is running. */
export async function askRunning(dir: string, request: ControlRequest): Promise<ControlReply | null> {
  const socket = await connectSafely(await controlAddress(dir));
  if (socket === null) return null;
  const answer = new Promise<ControlReply>((resolve, reject) => {
    readMessages(socket, (message) => {
      const reply = asReply(message);
      if (reply !== null) resolve(reply);
      socket.destroy();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => reject(new UsageError("the server went away before it had answered")));
  });
  socket.write(encodeMessage(request));
  return await answer;
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

function follow(socket: Socket, task: string, onLine: (line: TaskLine) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onReply = (reply: ControlReply): void => {
      if (reply.type === "line") return onLine(reply.line);
      if (reply.type === "end") resolve(reply.ok);
      else if (reply.type === "refused") reject(new UsageError(reply.message));
      socket.destroy();
    };
    readMessages(socket, (message) => {
      const reply = asReply(message);
      if (reply === null) socket.destroy();
      else onReply(reply);
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => reject(new UsageError(`the server went away while ${task} was running`)));
  });
}
