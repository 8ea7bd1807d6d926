import type { IncomingMessage } from "node:http";

/** Where a body's three ends are told; exactly one of them, unless the client goes. */
export interface BodyListener {
  complete(body: Uint8Array | null): void;
  tooLong(): void;
}

/** Whether the request announces a body, and one that is too long already. */
export function announcedBody({ headers }: IncomingMessage, limit: number): "none" | "some" | "too long" {
  if (headers["transfer-encoding"] !== undefined) return "some";
  const length = Number(headers["content-length"] ?? 0);
  if (length === 0) return "none";
  return length > limit ? "too long" : "some";
}

/** Buffers a body. Of a request that breaks off nothing is told. */
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

// Not Buffer.concat: what crosses to a host has memory of exactly its own length.
function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}
