// Host: the pipes of a process host, on the process's side: lines out, replies in, the progress file.
import { readSync, writeSync } from "node:fs";
import { deserialize } from "node:v8";
import { ProgressRecord, PROGRESS_BYTES } from "../../runtime/progress-record.ts";
import type { HostRequest } from "../common/messages.ts";
import { LENGTH_BYTES, MESSAGES_FD, PROGRESS_FD, REPLIES_FD } from "./process-messages.ts";
import type { ProcessMessage, Reply } from "./process-messages.ts";

/** Sends a request and blocks for the reply. The front never waits for scripts, so this cannot deadlock. */
export function requestReply(request: HostRequest): Reply {
  sendLine(request);
  const length = readExactly(LENGTH_BYTES).readUInt32LE(0);
  return deserialize(readExactly(length)) as Reply;
}

/** Written before the next statement runs, so that it survives a crash in that statement. */
export function sendLine(message: ProcessMessage): void {
  writeSync(MESSAGES_FD, `${JSON.stringify(message)}\n`);
}

/** The progress record, in a private file that the front reads after a crash. */
export function progressFile(): ProgressRecord {
  const memory = new ArrayBuffer(PROGRESS_BYTES);
  const bytes = new Uint8Array(memory);
  return new ProgressRecord(memory, () => void writeSync(PROGRESS_FD, bytes, 0, PROGRESS_BYTES, 0));
}

function readExactly(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = readSync(REPLIES_FD, bytes, at, length - at, null);
    if (count === 0) process.exit(0);
    at += count;
  }
  return bytes;
}
