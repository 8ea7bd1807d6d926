// Boundary: how much a session, and all sessions of a host, may keep: a restart gives it back to the script.

/** Bounds the rooms and attributes of a session. */
export interface SessionLimits {
  /** Rooms that it is in at a time. */
  readonly rooms: number;
  /** Bytes of a room's name, in UTF-8. */
  readonly roomName: number;
  /** Attributes that it has at a time. */
  readonly attributes: number;
  /** Bytes of an attribute's name, in UTF-8. */
  readonly attributeName: number;
  /** Bytes of all its attributes, names included. */
  readonly attributeBytes: number;
  /** Bytes of what it shows in one room, as JSON. */
  readonly presenceBytes: number;
}

/** Ordinary sessions stay far below them. */
export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  rooms: 128,
  roomName: 255,
  attributes: 1000,
  attributeName: 255,
  attributeBytes: 65_536,
  presenceBytes: 1024,
};

/** Bounds what the scripts of one host hold together. */
export interface HostLimits {
  /** Rooms that have a member on this host. */
  readonly rooms: number;
  /** Bytes of the attributes of all sessions. */
  readonly attributeBytes: number;
  /** Bytes of what all sessions show in rooms, as JSON. */
  readonly presenceBytes: number;
  /** Outbound connections that are not closed. */
  readonly clients: number;
}

export const DEFAULT_HOST_LIMITS: HostLimits = {
  rooms: 100_000,
  attributeBytes: 67_108_864,
  presenceBytes: 67_108_864,
  clients: 1000,
};
