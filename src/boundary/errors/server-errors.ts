// Boundary: errors of starting and configuring a server.
import type { ErrorTable } from "./error-table.ts";

export const serverErrors = {
  PARLOR_BUNDLER: {
    level: "error",
    text: "scripts cannot be bundled, because the bundler crashed again and again ({reason}); look at the memory and the open files of the machine",
    help: "Parlor bundles scripts with esbuild, in a process of its own. That process crashed three times during one build, or did not respond for 30 seconds. After a single crash, for example because the system was out of memory, Parlor starts it again without a line.",
    remedy:
      "Look for a lack of memory, processes or open files (`ulimit -n`) on the machine. The versions that run are not affected; reload when the cause is gone.",
  },
  PARLOR_CLOSING: {
    level: "error",
    text: "the server is closing, so it reloads nothing; start it again",
    help: "`reload(route)` was called while the server was shutting down.",
    remedy: "Start the server again; it reads the app's folder as it starts.",
  },
  PARLOR_CONNECTIONS: {
    level: "warn",
    text: {
      failed: "a connection cannot be accepted: {reason}; raise the limit of open files (ulimit -n)",
      full: "{limit} connections are open, so further ones are refused; raise the limit of open files (ulimit -n), or maxConnections",
    },
    help: "As many connections are open as `maxConnections` allows. By default that is the number of open files that the system allows the process, less a reserve: without a reserve, no thread could start and no file could be read. Further connections are closed without a response, and open ones are not affected. The line comes again only after the number has fallen below 90 % of the limit. The other text comes when the system itself has no file descriptor left for a connection.",
    remedy:
      "Raise the limit of open files for the service (`LimitNOFILE` in systemd, `ulimit -n` in a shell), or set `maxConnections`.",
  },
  PARLOR_HOST_UNKNOWN: {
    level: "error",
    text: "{host} is not an address of this machine; try --host 127.0.0.1",
    help: "The address given with `--host`, or as `host` in the config, belongs to no network interface of this machine, or its name cannot be resolved.",
    remedy: "Use `127.0.0.1` for this machine only, or `0.0.0.0` for all of its IPv4 addresses.",
  },
  PARLOR_LOG_LOST: {
    level: "warn",
    text: "{count} lines of the log were lost, because they could not be written; look at the disk, or at the reader of the log",
    help: "The disk was full, the reader of the log was gone, or it read so slowly that more than 8 MiB waited. The server does not wait for its log: it drops and counts the lines, and writes this line as soon as writing works again.",
    remedy:
      "Make room on the disk, or look at the program that reads the log. In JSON the field `lost` has the number.",
  },
  PARLOR_LOG_REPEATED: {
    level: "warn",
    text: "repeated {times}: {text}",
    help: "Lines of the same kind, from the same place in a script, are written once and then counted: at most five different texts of a fault, and twenty of the same printed line within a second. The count is written once a second. An entry that has a code of its own keeps it. The counters of `/_parlor/health` count every fault.",
    remedy: "Look at the lines before this one: they have the full text.",
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
  PARLOR_RELOAD_FAILED: {
    level: "error",
    text: "reload failed, so the previous versions stay: {error}; correct this and reload again",
    help: "The app folder could not be read again, for example because it was moved or because this user may not read it. All scripts continue in their previous versions.",
    remedy: "The line has the reason. Correct it, then reload.",
  },
  PARLOR_RELOAD_REFUSED: {
    level: "error",
    text: {
      handover: "{script}: {problem}; the previous version stays",
      load: "{problem}",
    },
    help: "A reload of one route found a new version that does not load, or that could not take over the state or the sessions of the previous one. The previous version keeps serving.",
    remedy: "Correct the script as the line says, and reload again.",
  },
  PARLOR_ROUTE_UNKNOWN: {
    level: "error",
    text: {
      embedded:
        "{route}: cannot be reloaded, because the routes of createServer are functions of the program; restart the program",
      name: 'there is no route or script "{route}"; {hint}',
    },
    help: "A reload named a route that the app does not have, or a route of `createServer`, which has no file to read again.",
    remedy: "Name a route as its clients do (`/ws/chat`), or a script as in the app's folder (`ws/chat.ts`).",
  },
  PARLOR_SERVER_STUCK: {
    level: "error",
    text: "the server's main thread has stood still for {seconds} s, so its process is killed; use --supervise or a service manager, which starts it again",
    help: "The main thread of `parlor serve`, which serves all sockets, did not turn its event loop for 10 s. No script runs on it, so this is a fault of Parlor or of the machine. Its own watch thread kills the process with SIGKILL (exit code 137), because a new process can serve again. `parlor dev`, an embedded server and a server with a debugger attached are never killed for this.",
    remedy:
      "Run the server with `--supervise`, under systemd or in a container that restarts it. If it happens again, report it with the lines before this one.",
  },
  PARLOR_TASK_FAILED: {
    level: "error",
    text: {
      crash: "{name} crashed ({reason}), so the task failed",
      exit: "{name} called process.exit({code}), so the task failed",
    },
    help: "A task ended its thread: by `process.exit()` with a code other than 0, with which `parlor run` exits, too; by an error where Parlor cannot catch it; or by using more memory than `memoryLimit`. A task is not run a second time. `process.exit(0)` ends a task successfully.",
    remedy:
      "Look for the reason in this line, and in the lines that the task logged. To fail with a reason, throw an error.",
  },
  PARLOR_TASK_UNKNOWN: {
    level: "error",
    text: {
      name: 'there is no task "{name}"; {hint}',
      none: 'there is no task "{name}", and no other; put a script into tasks/',
    },
    help: "A task is a script in `tasks/`, named without its extension: `cleanup` for `tasks/cleanup.ts`. The routes of `createServer` have no tasks.",
    remedy: "Correct the name, or add the script.",
  },
  PARLOR_THREADS: {
    level: "warn",
    text: "{count} hosts run, each on a thread of its own; set sharedThreads (for example to 4) to save memory",
    help: "Each route has a thread of its own by default, which takes 8 MiB or more. With `sharedThreads: 4` in the config, the routes that set nothing of their own share four threads: 300 routes then take less than 0.5 GB in place of 2.5 GB. The line is written once, when more than 64 run.",
    remedy:
      "Set `sharedThreads` in `parlor.config.js`. Routes that share a thread also wait for each other, and restart together.",
  },
} as const satisfies ErrorTable;
