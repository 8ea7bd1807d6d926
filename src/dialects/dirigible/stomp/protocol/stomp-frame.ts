// Dialect: a frame of STOMP, and the bounds of those that clients send.

/** A frame as a person reads it: header names and values are not escaped. */
export interface StompFrame {
  readonly command: string;
  /** Published: of a header that is repeated, the first value counts. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The versions of the protocol that are served. */
export type StompVersion = "1.0" | "1.1" | "1.2";

/** The longest frame, headers included, in bytes of UTF-8. Longer ones end the connection. */
export const FRAME_BYTES = 65_536;

/** The most headers of a frame. */
export const FRAME_HEADERS = 100;
