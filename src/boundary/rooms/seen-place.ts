// Boundary: what a client has seen last in a room that keeps its messages.

/** The number of a message, in one life of the room's history. */
export type SeenPlace = readonly [epoch: string, offset: number];
