// Boundary: the numbers by which front and host name sessions, requests, clients and listeners.

/** Names a session across the boundary: a running number of this front, never reused. */
export type SessionRef = number;

/** Names an HTTP request across the boundary: a running number of this front, never reused. */
export type RequestRef = number;

/** Names an outbound connection across the boundary: a number that its host has chosen, unique on that host. */
export type ClientRef = number;

/** Names a port that a program listens on: a number that its host has chosen; 0 is the server's own port. */
export type ListenerRef = number;

/** No session: what `except` holds when no session is excluded. */
export const NO_SESSION: SessionRef = 0;
