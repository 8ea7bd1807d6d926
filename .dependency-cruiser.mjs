// Who may import whom. Each rule is a sentence; its comment says what to do instead.

const parts = "scripts|transport|cluster|clients|metrics";
const tools = "cli|dashboard|testing";
const root = "server|config|log";

const part = `^src/(${parts})/`;
const tool = `^src/(${tools})/`;
const rootFile = `^src/(${root})(\\.ts$|/)`;

/** A module of Node's own, with or without `node:`, sub-paths such as fs/promises included. */
const builtin = (name) => `^(node:)?${name}(/|$)`;

/** A package, however it resolves: to its folder, or to its bare name when it has types only. */
const npm = (name) => `(^|node_modules/)(@types/)?(${name})(/|$)`;

/** Only the files of `allowed` may import `path`; core and dialects may not anyway. */
function fence({ name, path, allowed, comment }) {
  return {
    name,
    severity: "error",
    comment,
    from: { path: "^src/", pathNot: ["^src/(core|dialects)/", allowed] },
    to: { path },
  };
}

const layers = [
  {
    name: "core-is-pure",
    comment:
      "src/core/ imports nothing from outside it: no package, no node: module, no other folder. Declare what you need as an interface in core/ports.ts and let server.ts pass it in.",
    from: { path: "^src/core/" },
    to: { pathNot: "^src/core/", couldNotResolve: false },
  },
  {
    name: "dialects-import-only-core",
    comment:
      "A dialect turns a published API into events and commands; it needs core and nothing else. Whatever it wants from Node or a package, the host hands to it through a type of core.",
    from: { path: "^src/dialects/" },
    to: { pathNot: "^src/(core|dialects)/", couldNotResolve: false },
  },
  {
    name: "dialects-never-import-each-other",
    comment:
      "Two dialects that share code cannot change apart. Move what they share into core (or into dialects/dialect.ts if it is the shape of a dialect); only dialects/index.ts lists them all.",
    from: { path: "^src/dialects/([^/.]+)", pathNot: "^src/dialects/index\\.ts$" },
    to: { path: "^src/dialects/", pathNot: "^src/dialects/($1|dialect)(/|\\.ts$)" },
  },
  {
    name: "parts-import-only-core-and-dialects",
    comment:
      "Parts meet in server.ts and never import each other, nor anything above them. Take the other part's service as a constructor argument typed in core, and join the two in server.ts.",
    from: { path: part },
    to: { path: "^src/", pathNot: "^src/(core|dialects|$1)/" },
  },
  {
    name: "the-root-imports-no-tool",
    comment:
      "server.ts, config.ts and log.ts work without a command line, dashboard or test kit. Turn it round: the tool calls the server. (index.ts is for users and tools; inside, import from the file that defines.)",
    from: { path: rootFile },
    to: { path: [tool, "^src/index\\.ts$"] },
  },
  {
    name: "index-imports-no-tool",
    comment: "index.ts lists what an app imports. A tool has an entry of its own in package.json's exports.",
    from: { path: "^src/index\\.ts$" },
    to: { path: tool },
  },
  {
    name: "tools-use-the-public-doors",
    comment:
      "cli, dashboard and testing see index.ts, server.ts, config.ts and core/errors.ts, as a user does. Export what is missing from server.ts or index.ts, or it is not part of the tool.",
    from: { path: tool },
    to: {
      path: "^src/",
      pathNot: ["^src/$1/", "^src/(index|config|core/errors)\\.ts$", "^src/server(\\.ts$|/)"],
    },
  },
  {
    name: "every-file-has-a-layer",
    comment:
      "This file is in no layer, so no rule protects it. Put it into an existing folder, or add its folder to the lists at the top of .dependency-cruiser.mjs and to ARCHITECTURE.md.",
    from: {
      path: "^src/",
      pathNot: ["^src/(core|dialects)/", part, tool, rootFile, "^src/index\\.ts$"],
    },
    to: {},
  },
];

const fences = [
  fence({
    name: "ws-stays-in-transport",
    path: npm("ws"),
    allowed: "^src/(transport|clients)/",
    comment:
      "Sockets live in src/transport/ (clients of ours) and src/clients/ (servers of others). Everything else speaks of sessions: use core's ports.",
  }),
  fence({
    name: "threads-stay-in-thread-files",
    path: builtin("worker_threads"),
    allowed: "^src/scripts/(thread-host|worker-entry|orphan-watch|bridge|probe|task)[^/]*\\.ts$",
    comment: "A thread is a detail of a host. Use the host interface, or the file that starts the thread.",
  }),
  fence({
    name: "child-processes-stay-in-process-host",
    path: builtin("child_process"),
    allowed: "^src/(scripts/process-host\\.ts$|cli/)",
    comment:
      "A child process is a detail of process-host.ts (and of the command line). Use the host interface.",
  }),
  fence({
    name: "files-are-read-in-few-places",
    path: builtin("fs"),
    allowed:
      "^src/(scripts/(manifest|loader|watcher|bundle|process)[^/]*\\.ts$|config\\.ts$|transport/static[^/]*\\.ts$|cli/)",
    comment:
      "So that one can see what is opened: scripts/ (manifest, loader, watcher, bundle*, process*), config.ts, transport/static*.ts and cli/ touch the disk. Pass contents or a path's data in instead.",
  }),
  fence({
    name: "pino-stays-in-the-log",
    path: npm("pino"),
    allowed: "^src/(server|log)\\.ts$",
    comment: "Parts log through core's log port, so that tests can read what was logged.",
  }),
  fence({
    name: "commander-stays-in-cli",
    path: npm("commander"),
    allowed: "^src/cli/",
    comment: "Options of the command line are read in src/cli/ and go on as plain, typed config.",
  }),
  fence({
    name: "drivers-stay-in-cluster",
    path: npm("redis|@redis/[^/]+|ioredis|nats|@nats-io/[^/]+"),
    allowed: "^src/cluster/",
    comment: "Everything else sees a backplane. Add what is missing to the backplane's interface.",
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
    comment: "The product runs without its tests. Move the helper into src/testing/ if users need it.",
    from: { path: "^src/" },
    to: { path: "^(test|bench|examples|scripts)/" },
  },
  {
    name: "src-imports-only-dependencies",
    comment:
      "This package is not installed for users. Add it to `dependencies`, or import only its types (`import type`).",
    from: { path: "^src/" },
    to: {
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
