// Cluster: the gap between two heartbeats from which on leases of other nodes may only seem to be over.

/**
 * The most between two beats without a pause, ms. A heartbeat may be as old as a period when the server stops: a pause
 * of a lease less that period is enough for a lease to seem over, before the next heartbeat is delivered.
 */
export function longestGap({
  heartbeat,
  lease,
}: {
  readonly heartbeat: number;
  readonly lease: number;
}): number {
  return Math.max(1.5 * heartbeat, 0.55 * lease);
}
