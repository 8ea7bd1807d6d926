// Client: the binary frames of `parlor.v1`; their first byte says what follows.

/** The first byte of a binary message, a control frame, an envelope, and a message with its place in a room. */
export const FIRST = { message: 0, control: 1, envelope: 2, placed: 3 } as const;

/** A frame: the first byte, then bytes. */
export function binaryFrame(first: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(bytes.length + 1);
  frame[0] = first;
  frame.set(bytes, 1);
  return frame;
}

/** A frame: the first byte, then JSON. */
export function jsonFrame(first: number, value: object): Uint8Array<ArrayBuffer> {
  return binaryFrame(first, new TextEncoder().encode(JSON.stringify(value)));
}

/** The JSON after the first byte. Throws if it is not an object. */
export function jsonOf(frame: Uint8Array): Fields {
  const value: unknown = JSON.parse(new TextDecoder().decode(frame.subarray(1)));
  if (typeof value !== "object" || value === null) throw new Error("a frame without fields");
  return value as Fields;
}

/** The fields of a control frame or an envelope. What the server sends is as `docs/protocol.md` says. */
export type Fields = Readonly<Record<string, unknown>> & { readonly type?: unknown };
