/** The names of the world outside that a script is handed rather than left to find, so that its host owns them. */
export const globalNames: readonly string[] = [
  ...["console", "Date", "performance", "Math", "crypto", "fetch", "WebSocket", "queueMicrotask"],
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"],
];

/** Names that the code of a factory may use and that Parlor itself supplies. */
export const factoryNames: readonly string[] = ["require", "__package", "__load", "__shared", "__publish"];
