// Boundary: a value of a script as the front keeps it, which may be handed to any other host.

/** A simple value as it is, any other as bytes: the front never reads those, so they can do it no harm. */
export type StoredValue = string | number | boolean | PackedValue;

/** A value in the bytes of a list that one host has packed and another unpacks. */
export interface PackedValue {
  readonly bytes: Uint8Array;
  /** Its place in the list. */
  readonly at: number;
  /** How many values share the bytes. */
  readonly of: number;
}
