// Front: the forms that a frame has for different clients.
import type { LaterFrame } from "./later-frame.ts";

/** For which clients frames are cut out. */
export interface FrameForm {
  /** Whether they understand compression. */
  readonly deflates: boolean;
  /** Whether they speak `parlor.v1`, where a binary message begins with a byte 0. */
  readonly isLine: boolean;
}

/** Bytes of frames, or a frame that is being compressed. */
export type FrameSlice = Uint8Array | LaterFrame;
