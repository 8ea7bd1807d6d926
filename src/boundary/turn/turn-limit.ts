// Boundary: how much a script may call in one event, timer or tick.

/** Bounds the commands of one event, timer or tick. */
export interface TurnLimit {
  readonly commands: number;
  /** Of messages, attributes and names. */
  readonly bytes: number;
}

/** A tick that sends to thousands of sessions stays far below it. */
export const DEFAULT_TURN_LIMIT: TurnLimit = { commands: 1_048_576, bytes: 67_108_864 };
