// Boundary: errors of starting and configuring a server.
import type { ErrorTable } from "./error-table.ts";

export const serverErrors = {
  PARLOR_HOST_UNKNOWN: {
    level: "error",
    text: "{host} is not an address of this machine; try --host 127.0.0.1",
    help: "The address given with `--host`, or as `host` in the config, belongs to no network interface of this machine, or its name cannot be resolved.",
    remedy: "Use `127.0.0.1` for this machine only, or `0.0.0.0` for all of its IPv4 addresses.",
  },
  PARLOR_NOTHING_SERVED: {
    level: "error",
    text: "{folder}: no script can be served; correct at least one of these:\n{problems}",
    help: "Every script of the app has a problem, so the server would respond with 503 to every request. The next lines name the problems.",
    remedy: "Correct at least one of them; `parlor check` repeats the list.",
  },
  PARLOR_OPTION: {
    level: "error",
    text: {
      option: "{where}: {problem}",
      pattern: '{route}: not a valid route ({why}); write it like "/ws/chat" or "/ws/rooms/:id"',
      server:
        "createServer: http and publicDir need a server of Parlor; leave out server, or handle requests there",
      slash: '{route}: a route starts with a slash; write "/{route}"',
    },
    help: "`createServer`, `serve` or the command line was given an option that does not exist, or a value that it cannot have.",
    remedy:
      "The line names the option and what it may be; [configuration.md](configuration.md) lists all of them.",
  },
  PARLOR_PORT_DENIED: {
    level: "error",
    text: "port {port} needs privileges that this user does not have; choose one above 1023",
    help: "Ports below 1024 are reserved for privileged programs on most systems.",
    remedy: "Choose a port above 1023, and let a reverse proxy or the system forward the low one.",
  },
  PARLOR_PORT_IN_USE: {
    level: "error",
    text: "port {port} is in use; choose another with --port, or 0 for any free port",
    help: "Another program listens on the port; often it is the same server, started earlier.",
    remedy: "Stop the other program, choose another port with `--port`, or use `--port 0` for any free port.",
  },
} as const satisfies ErrorTable;
