/**
 * How long a test waits for an event before it fails and names the event, ms. It is a limit and no measure: long enough
 * for a machine that does other things as well, and shorter than a test's own time-out.
 */
export const PATIENCE_MS = 15_000;
