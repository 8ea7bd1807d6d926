// Front: how much memory the unfinished message of a socket takes.
import type { WebSocket } from "ws";

/**
 * About the bytes that a socket holds of a message that has not arrived whole. A piece of one byte keeps the whole read
 * that it came in, so the reads are counted. `ws` has no call for it: this is the one place that looks at what it keeps
 * to itself, and a test fails when a version of `ws` names it otherwise.
 */
export function unfinishedBytes(socket: WebSocket): number {
  const { _receiver: receiver } = socket as unknown as { readonly _receiver?: Receiver | null };
  if (receiver === undefined || receiver === null) return 0;
  const { _fragments: fragments = NONE, _buffers: chunks = NONE } = receiver;
  if (fragments.length === 0 && chunks.length === 0) return 0;
  return sizeOf(fragments) + sizeOf(chunks);
}

interface Receiver {
  /** The frames of a message that have arrived whole. */
  readonly _fragments?: readonly Uint8Array[];
  /** The pieces of a frame that has not. */
  readonly _buffers?: readonly Uint8Array[];
}

// Pieces of one read come one after the other.
function sizeOf(pieces: readonly Uint8Array[]): number {
  let bytes = pieces.length * PIECE;
  let last: ArrayBufferLike | null = null;
  for (const { buffer } of pieces) {
    if (buffer !== last) bytes += buffer.byteLength;
    last = buffer;
  }
  return bytes;
}

const NONE: readonly Uint8Array[] = [];

/** What a piece takes beside its bytes, measured. */
const PIECE = 320;
