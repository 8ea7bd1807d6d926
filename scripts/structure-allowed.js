// What scripts/structure.js lets pass: a part of the line that it would print, and the reason.
export const allowed = [
  { entry: "WebSocketSession: src/dialects/", reason: "two published APIs have a class of this name" },
];

/** Files whose methods may only forward, and the reason, which is printed with their number. */
export const forwardingWithReason = [
  { path: /^src\/dialects\/\w+\/(?:api\/|script-globals\.ts)/, reason: "names of a published API" },
  {
    path: /^src\/dialects\/(?:dirigible\/clients\/websocket-client|scripting\/data\/data)\.ts/,
    reason: "objects of a published API",
  },
  {
    path: /^src\/dialects\/bolt\/ring\/(?:syntax|generate|program|host)\//,
    reason: "parser, code writer, operators and files of Ring hand their parts to each other",
  },
  { path: /^src\/server\/engine\/parlor-server\.ts/, reason: "the package's own published class" },
];
