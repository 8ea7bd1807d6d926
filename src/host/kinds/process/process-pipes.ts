// Host: the pipes of a process host, on the process's side: messages out, events and replies in, the progress file.
import { readSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { ProgressRecord, PROGRESS_BYTES } from "../../runtime/progress-record.ts";
import { frameLength, frameOf, FrameReader, HEAD_BYTES, messageIn } from "../common/frames.ts";
import type { HostRequest } from "../common/messages.ts";
import { EVENTS_FD, MESSAGES_FD, PROGRESS_FD, REPLIES_FD } from "./process-messages.ts";
import type { ProcessMessage, Reply } from "./process-messages.ts";

/** Written before the next statement runs, so that it survives a crash in that statement. */
export function sendMessage(message: ProcessMessage): void {
  const frame = frameOf(message);
  for (let at = 0; at < frame.length;) at += writeSome(frame, at);
}

/** Sends a request and blocks for the reply. The front never waits for scripts, so this cannot deadlock. */
export function requestReply(request: HostRequest): Reply {
  sendMessage(request);
  const head = readExactly(HEAD_BYTES);
  return messageIn(Buffer.concat([head, readExactly(frameLength(head) - HEAD_BYTES)])) as Reply;
}

/** Calls back for each message of the front. When the server has gone, the process ends. */
export function receiveMessages(onMessage: (message: unknown) => void): void {
  const reader = new FrameReader(onMessage);
  const end = (): never => process.exit(0);
  const pipe = new Socket({ fd: EVENTS_FD, readable: true, writable: false });
  pipe.on("data", (chunk) => reader.push(chunk));
  pipe.on("end", end).on("error", end);
}

/** The progress record, in a private file that the front reads after a crash. */
export function progressFile(): ProgressRecord {
  const memory = new ArrayBuffer(PROGRESS_BYTES);
  const bytes = new Uint8Array(memory);
  const record = new ProgressRecord(memory, () => void write(PROGRESS_FD, bytes, 0, PROGRESS_BYTES, 0));
  // Its code runs: it no longer waits for the machine.
  record.phase("idle");
  return record;
}

// Taken before any script runs, which may replace them.
const [write, read, wait] = [writeSync, readSync, Atomics.wait];
const sleeper = new Int32Array(new SharedArrayBuffer(4));

// A script that has opened the pipe, too, may have made it one that does not block.
function writeSome(frame: Buffer, at: number): number {
  try {
    return write(MESSAGES_FD, frame, at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    wait(sleeper, 0, 0, 1);
    return 0;
  }
}

function readExactly(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = read(REPLIES_FD, bytes, at, length - at, null);
    if (count === 0) process.exit(0);
    at += count;
  }
  return bytes;
}
