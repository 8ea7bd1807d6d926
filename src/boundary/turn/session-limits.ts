// Boundary: how much one session may keep: it is given back to its script after each restart.

/** Bounds the rooms and attributes of a session. */
export interface SessionLimits {
  /** Rooms that it is in at a time. */
  readonly rooms: number;
  /** Characters of a room's name. */
  readonly roomName: number;
  /** Attributes that it has at a time. */
  readonly attributes: number;
  /** Bytes of all its attributes, names included. */
  readonly attributeBytes: number;
}

/** Ordinary sessions stay far below them. */
export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  rooms: 1000,
  roomName: 255,
  attributes: 1000,
  attributeBytes: 262_144,
};
