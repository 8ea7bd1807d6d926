// Host: the private file in which a process keeps its progress record, on the front's side.
import { randomUUID } from "node:crypto";
import { accessSync, closeSync, constants, openSync, readSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProgressRecord, PROGRESS_BYTES } from "../../runtime/progress-record.ts";

/**
 * The file lies in memory where the machine has such a place. It has no name from the start: no other program can open
 * it, and it is gone when both ends have closed it.
 */
export class PrivateFile {
  readonly descriptor = openPrivate();
  readonly #bytes = new Uint8Array(PROGRESS_BYTES);
  readonly #record = new ProgressRecord(this.#bytes.buffer);

  read(): ProgressRecord {
    readSync(this.descriptor, this.#bytes, 0, PROGRESS_BYTES, 0);
    return this.#record;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function openPrivate(): number {
  const path = join(memoryFolder(), `parlor-${randomUUID()}`);
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  unlinkSync(path);
  return file;
}

function memoryFolder(): string {
  try {
    accessSync("/dev/shm", constants.W_OK);
    return "/dev/shm";
  } catch {
    return tmpdir();
  }
}
