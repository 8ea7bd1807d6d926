// Front: the body of a request, buffered up to a limit.
import type { IncomingMessage } from "node:http";

/** Whether the headers announce a body, and one of more than `limit` bytes. */
export function announcedBody({ headers }: IncomingMessage, limit: number): "none" | "some" | "too long" {
  if (headers["transfer-encoding"] !== undefined) return "some";
  const length = Number(headers["content-length"] ?? 0);
  if (length === 0) return "none";
  return length > limit ? "too long" : "some";
}

/** Buffers a body of up to `limit` bytes. A request that breaks off is not reported. */
export function readBody(req: IncomingMessage, limit: number, listener: BodyListener): void {
  let chunks: Uint8Array[] = [];
  let size = 0;
  const onData = (chunk: Uint8Array): void => {
    size += chunk.byteLength;
    if (size <= limit) return void chunks.push(chunk);
    chunks = [];
    req.off("data", onData).off("end", onEnd);
    listener.tooLong();
  };
  const onEnd = (): void => listener.complete(size === 0 ? null : join(chunks, size));
  req.on("data", onData).once("end", onEnd);
}

/** Is called once, by one of its members, unless the client goes. */
export interface BodyListener {
  complete(body: Uint8Array | null): void;
  tooLong(): void;
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
