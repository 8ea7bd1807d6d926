// Front: the body of a request, buffered up to a limit.
import type { IncomingMessage } from "node:http";
import type { BodyBudget } from "./body-budget.ts";

/** Whether the headers announce a body, and one of more than `limit` bytes. */
export function announcedBody({ headers }: IncomingMessage, limit: number): "none" | "some" | "too long" {
  if (headers["transfer-encoding"] !== undefined) return "some";
  const length = Number(headers["content-length"] ?? 0);
  if (length === 0) return "none";
  return length > limit ? "too long" : "some";
}

/** Buffers a body of up to `limit` bytes. A request that breaks off is not reported. */
export function readBody(req: IncomingMessage, { limit, budget }: BodyLimits, listener: BodyListener): void {
  const chunks: Uint8Array[] = [];
  let [size, joined] = [0, 0];
  const free = (): void => {
    for (const { byteLength } of chunks.splice(0)) budget.free(byteLength);
  };
  const refuse = (why: "tooLong" | "tooMany"): void => {
    free();
    req.off("data", onData).off("end", onEnd);
    listener[why]();
  };
  const onData = (chunk: Uint8Array): void => {
    size += chunk.byteLength;
    if (size > limit) return refuse("tooLong");
    if (!budget.take(chunk.byteLength)) return refuse("tooMany");
    chunks.push(chunk);
    // A chunk of one byte takes hundreds. Each byte is copied once more at most.
    if (chunks.length - joined < MOST_CHUNKS) return;
    const loose = chunks.splice(joined);
    joined = chunks.push(join(loose, bytesOf(loose)));
  };
  const onEnd = (): void => {
    const body = size === 0 ? null : join(chunks, size);
    free();
    listener.complete(body);
  };
  req.on("data", onData).once("end", onEnd).once("close", free);
}

/** How long a body may be, and what all bodies may hold. */
export interface BodyLimits {
  readonly limit: number;
  readonly budget: BodyBudget;
}

/** Is called once, by one of its members, unless the client goes. */
export interface BodyListener {
  complete(body: Uint8Array | null): void;
  tooLong(): void;
  /** All bodies together hold too much. */
  tooMany(): void;
}

/** So many chunks are kept as they came. */
const MOST_CHUNKS = 256;

function bytesOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

// Not Buffer.concat: bytes that cross to a host must have memory of exactly their own length.
function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}
