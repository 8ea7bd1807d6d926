// Who may import whom. Each rule is a sentence; its comment says what to do instead.

/** The layers from the bottom up; what is in one may import what stands before it. */
const boundary = "^src/boundary/";
const front = "^src/front/";
const host = "^src/host/";
const dialects = "^src/dialects/";
const load = "^src/load/";
const cluster = "^src/cluster/";
const entries = "^src/entries/";
const server = "^src/server/";
const cli = "^src/cli/";
const client = "^src/client/";
/** The files that run no script and know no side: settings, the log, the real clock, where the built entries lie. */
const base =
  "^src/(config|log|log-settings|logged-error|pretty-log|visible|repeat-filter|descriptor-writer|live-threads|real-clock|entry-file|cluster-config|option-problems|cron-pattern|working-folder|option-lists|limits-config|flow-config|port-config|option-checks)\\.ts$";
const door = "^src/index\\.ts$";

/** A module of Node's own, with or without `node:`, sub-paths such as fs/promises included. */
const builtin = (name) => `^(node:)?${name}(/|$)`;

/** A package, however it resolves: to its folder, or to its bare name when it has types only. */
const npm = (name) => `(^|node_modules/)(@types/)?(${name})(/|$)`;

/** Only `allowed` may import `path`. */
function fence({ name, path, allowed, comment }) {
  return { name, severity: "error", comment, from: { path: "^src/", pathNot: allowed }, to: { path } };
}

/** Files in `from` import from src/ only files in `allowed`. */
function layer({ name, from, allowed, comment }) {
  return { name, comment, from: { path: from }, to: { path: "^src/", pathNot: [from, ...allowed] } };
}

const layers = [
  {
    name: "the-boundary-is-pure",
    comment:
      "src/boundary/ imports nothing from outside it: no package, no node: module, no other folder. Declare what you need as an interface and let src/server/ pass it in.",
    from: { path: boundary },
    to: { pathNot: [boundary], couldNotResolve: false },
  },
  {
    name: "host-and-front-never-meet",
    comment:
      "The one idea: the host side never imports the front side, nor the front the host; both know src/boundary/. Put what passes between them there, as plain data.",
    from: { path: "^src/(front|host)/" },
    to: { path: "^src/(front|host)/", pathNot: "^src/$1/" },
  },
  layer({
    name: "base-imports-the-boundary",
    from: base,
    allowed: [boundary],
    comment: "config.ts, log.ts, real-clock.ts and entry-file.ts stand below all but the boundary.",
  }),
  layer({
    name: "front-imports-boundary-and-base",
    from: front,
    allowed: [boundary, base],
    comment: "What the front needs beyond that is handed to it by src/server/.",
  }),
  layer({
    name: "host-imports-boundary-and-base",
    from: host,
    allowed: [boundary, base],
    comment:
      "A host is handed the dialects it runs (see src/entries/); what else it needs, src/server/ hands to it.",
  }),
  {
    name: "dialects-import-only-the-script-api",
    comment:
      "A dialect turns a published API into events and commands; it needs src/boundary/ and src/host/api/ and nothing else. Whatever it wants from Node or a package, the host hands to it by ScriptContext.",
    from: { path: dialects },
    to: { pathNot: [dialects, boundary, "^src/host/api/"], couldNotResolve: false },
  },
  {
    name: "dialects-never-import-each-other",
    comment:
      "Two dialects that share code cannot change apart. Move what they share into src/boundary/ or src/host/api/; only dialects/index.ts lists them all.",
    from: { path: "^src/dialects/([^/.]+)/" },
    to: { path: dialects, pathNot: "^src/dialects/$1/" },
  },
  layer({
    name: "load-stands-on-host-and-dialects",
    from: load,
    allowed: [boundary, base, host, dialects],
    comment: "Loading turns files into specs of hosts; it knows neither sockets nor the server.",
  }),
  layer({
    name: "entries-join-host-and-dialects",
    from: entries,
    allowed: [boundary, base, host, dialects, load],
    comment: "An entry is the first file of a thread or a process: it joins, and does nothing itself.",
  }),
  layer({
    name: "the-cluster-stands-on-the-front",
    from: cluster,
    allowed: [boundary, base, front],
    comment:
      "A node follows the directory of its front as a host does. What else it needs, src/server/ hands to it.",
  }),
  layer({
    name: "the-server-imports-no-tool",
    from: server,
    allowed: [boundary, base, front, host, dialects, load, cluster],
    comment: "src/server/ works without a command line. Turn it round: the tool calls the server.",
  }),
  layer({
    name: "index-lists-what-an-app-imports",
    from: door,
    allowed: [server, boundary, base],
    comment: "index.ts lists what an app imports. A tool has an entry of its own in package.json's exports.",
  }),
  layer({
    name: "the-cli-uses-the-public-doors",
    from: cli,
    allowed: [
      "^src/server/serve\\.ts$",
      // Without the rest of the server, which a command that serves nothing need not load.
      "^src/server/(app/(check-app|reload-report)|ring/run-ring)\\.ts$",
      door,
      base,
      "^src/boundary/(errors|checks|text/(nearest|plural))\\.ts$",
    ],
    comment: "The command line sees what a user sees. Export what is missing from src/server/serve.ts.",
  }),
  {
    name: "the-client-stands-alone",
    comment:
      "src/client/ runs in browsers: it imports nothing from outside it but types. The server hands out its bundle as a file.",
    from: { path: client },
    to: { pathNot: [client, "^types/contract\\.d\\.ts$"], couldNotResolve: false },
  },
  {
    name: "nothing-imports-the-client",
    comment: "src/client/ is an entry of the package. The server reads its bundle as a file.",
    from: { path: "^src/", pathNot: client },
    to: { path: client },
  },
  {
    name: "every-file-has-a-layer",
    comment:
      "This file is in no layer, so no rule protects it. Put it into an existing folder, or add its folder to the list at the top of .dependency-cruiser.mjs and to ARCHITECTURE.md.",
    from: {
      path: "^src/",
      pathNot: [boundary, front, host, dialects, load, cluster, entries, server, cli, client, base, door],
    },
    to: {},
  },
];

const fences = [
  fence({
    name: "ws-stays-with-the-sockets",
    path: npm("ws"),
    allowed: "^src/front/(outbox|websocket|clients)/",
    comment:
      "Sockets live in src/front/websocket/ (clients of ours) and src/front/clients/ (servers of others). Everything else speaks of sessions.",
  }),
  fence({
    name: "threads-stay-with-their-kind",
    path: builtin("worker_threads"),
    allowed: "^src/(host/(kinds|watch)|load/probe|cli/lifetime)/",
    comment: "A thread is a detail of a host. Use the Host interface, or the folder that starts the thread.",
  }),
  fence({
    name: "child-processes-stay-with-their-kind",
    path: builtin("child_process"),
    allowed: "^src/(host/kinds/process|cli)/",
    comment:
      "A child process is a detail of the process host (and of the command line). Use the Host interface.",
  }),
  fence({
    name: "files-are-read-in-few-places",
    path: builtin("fs"),
    allowed:
      "^src/(load|host/(script|watch|kinds/process)|front/(http|tls)|cli)/|^src/(config|descriptor-writer|working-folder|host/kinds/thread/thread-code)\\.ts$",
    comment: "So that one can see what is opened. Pass contents or a path's data in instead.",
  }),
  fence({
    name: "clients-of-redis-and-nats-stay-in-the-cluster",
    path: npm("@redis|@nats-io"),
    allowed: "^src/cluster/(redis|nats|open-backplane)",
    comment: "The rest of the cluster works on the Backplane interface.",
  }),
  fence({
    name: "prom-client-stays-in-the-metrics",
    path: npm("prom-client"),
    allowed: "^src/server/monitor/metrics\\.ts$",
    comment: "A series is a row of a table in src/server/monitor/. Everything else counts in plain numbers.",
  }),
  fence({
    name: "pino-stays-in-the-log",
    path: npm("pino"),
    allowed: "^src/log\\.ts$",
    comment: "Parts are handed a log, so that tests can read what was logged.",
  }),
  fence({
    name: "commander-stays-in-cli",
    path: npm("commander"),
    allowed: cli,
    comment: "Options of the command line are read in src/cli/ and go on as plain, typed config.",
  }),
];

const hygiene = [
  {
    name: "no-import-cycles",
    comment:
      "Types count too. Two files that need each other are one thing, or share a third: move that third into its own file.",
    from: {},
    to: { circular: true },
  },
  {
    name: "src-imports-no-test",
    comment: "The product runs without its tests. Move the helper into src/ if users need it.",
    from: { path: "^src/" },
    to: { path: "^(test|bench|examples|scripts)/" },
  },
  {
    name: "src-imports-only-dependencies",
    comment:
      "This package is not installed for users. Add it to `dependencies`, or import only its types (`import type`).",
    from: { path: "^src/" },
    to: {
      // Optional peer dependencies: the cluster imports their types, and loads them at run time if they are there.
      pathNot: npm("@redis|@nats-io"),
      dependencyTypes: ["npm-dev", "npm-no-pkg"],
      dependencyTypesNot: ["npm", "type-only"],
    },
  },
  {
    name: "every-import-resolves",
    comment: "Nothing is there. Own files are imported with their .ts extension, packages need npm install.",
    from: { path: "^(src|test)/" },
    to: { couldNotResolve: true },
  },
  {
    name: "workspaces-import-parlor-by-name",
    comment: 'Benchmarks and examples are users: `import { createServer } from "parlor"`.',
    from: { path: "^(bench|examples|docs)/" },
    to: { path: "^src/" },
  },
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [...layers, ...fences, ...hygiene].map((rule) => ({ severity: "error", ...rule })),
  options: {
    doNotFollow: { path: ["node_modules", "^dist/"] },
    exclude: { path: ["(^|/)fixtures/", "(^|/)public/"] },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    detectJSDocImports: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
    cache: false,
  },
};
