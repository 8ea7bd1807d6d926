// Host: the globals that scripts get from their host, and the names of all of them.

/**
 * The globals that all scripts of a host share; each instance has its own timers, each script its own console. `crypto`
 * is left to the global object: Node loads it when it is read, which a thread that starts must not wait for.
 */
export function sharedGlobals(): Record<string, unknown> {
  return { Date, Math, performance, fetch };
}

/** Globals that the host supplies, so that it owns their time, their timers and their output. */
export const globalNames: readonly string[] = [
  ...["console", "Date", "performance", "Math", "crypto", "fetch", "WebSocket", "queueMicrotask"],
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"],
];

/** Names that the code of a factory may use and that Parlor itself supplies. */
export const factoryNames: readonly string[] = [
  "require",
  "__package",
  "__load",
  "__meta",
  "__shared",
  "__publish",
];
