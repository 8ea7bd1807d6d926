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
  PARLOR_CLOSES_CUT: {
    level: "warn",
    text: "{unawaited} of {sessions|session|sessions} had not finished onClose when the server stopped: shutdownGrace was over, or the script had crashed",
    help: "The server stopped, and `onClose` of some sessions, or a handler before it, still waited for a promise when `shutdownGrace` was over. The line has the number of sessions that were closed, in how many waves, and how many `onClose` were not awaited.",
    remedy:
      "Look at what `onClose` and the handlers before it wait for. Give them limits of their own, or raise `shutdownGrace`.",
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
      full: "{limit|connection is|connections are} open, so {count|further one was|further ones were} refused, the last from {from}; raise the limit of open files (ulimit -n), or maxConnections",
    },
    help: "As many connections are open as `maxConnections` allows. By default that is the number of open files that the system allows the process, less a reserve: without a reserve, no thread could start and no file could be read. Further connections are closed without a response, and open ones are not affected. The line has the number of connections that were refused, and comes at most once a minute. The other text comes when the system itself has no file descriptor left for a connection.",
    remedy:
      "Raise the limit of open files for the service (`LimitNOFILE` in systemd, `ulimit -n` in a shell), or set `maxConnections`.",
  },
  PARLOR_CONTROL: {
    level: "warn",
    text: "{reason}",
    help: "The server listens on a socket for `parlor run`, `reload` and `top`, and it could not open that socket: another server of the same app has it, or the folder for temporary files cannot be used. The app is served all the same.",
    remedy: "Stop the other server of this app, or give this one a `TMPDIR` that its user may write to.",
  },
  PARLOR_DRAINED: {
    level: "info",
    text: "{sessions|session was|sessions were} closed in {waves|wave|waves}, and each onClose has run",
    help: "The server stopped, and all sessions have ended in order. The line has the number of sessions and of waves.",
    remedy: "Nothing to do.",
  },
  PARLOR_DRAINING: {
    level: "info",
    text: "the server stops: {sessions|session is|sessions are} closed within {seconds} s",
    help: "The server was asked to stop. It is not ready (`GET /_parlor/ready` returns 503), accepts no clients, and closes its sessions with 1001, in waves over `drainTime`. The reason of each close says after how many seconds to connect again: `retry-after=3.2`.",
    remedy: "Nothing to do. A second signal closes all sessions at once.",
  },
  PARLOR_FRONT_CUT: {
    level: "error",
    text: "front {front} does not read what the other fronts send, so it is killed and started again",
    help: "With `parlor serve --fronts`, messages between the fronts pass through their parent. 64 MiB waited for this front, so it stands still, or is slower than the others send. The messages that waited are lost, and its clients are disconnected. `fronts.cuts` of `/_parlor/health` counts these ends.",
    remedy: "Look at the lines before this one, and at the processor time and the memory of the machine.",
  },
  PARLOR_HOST_UNKNOWN: {
    level: "error",
    text: "{host} is not an address of this machine; try --host 127.0.0.1",
    help: "The address given with `--host`, or as `host` in the config, belongs to no network interface of this machine, or its name cannot be resolved.",
    remedy: "Use `127.0.0.1` for this machine only, or `0.0.0.0` for all of its IPv4 addresses.",
  },
  PARLOR_LOG_LOST: {
    level: "warn",
    text: "{count|line of the log was lost, because it|lines of the log were lost, because they} could not be written; look at the disk, or at the reader of the log",
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
      tls: "createServer: tls needs a server of Parlor; leave out server, or make it with node:https",
      server:
        "createServer: http and publicDir need a server of Parlor; leave out server, or handle requests there",
      cluster: "createServer: cluster needs a folder; leave it out, or serve a folder by serve()",
      slash: '{route}: a route starts with a slash; write "/{route}"',
    },
    help: "`createServer`, `serve` or the command line was given an option that does not exist, or a value that it cannot have.",
    remedy:
      "The line names the option and what it may be; [configuration.md](configuration.md) lists all of them.",
  },
  PARLOR_ORIGIN_REFUSED: {
    level: "warn",
    text: 'a page of {origin} was refused at {path}, because it is of another host; if it is yours, add "{origin}" to allowedOrigins in parlor.config',
    help: "A browser sends the origin of the page that opens a WebSocket, cookies included. Pages of the same host may connect, and those whose origins `allowedOrigins` lists; this page got 403. Under `parlor dev`, pages of this machine may connect from any port.",
    remedy:
      'If the page is yours, list its origin: `allowedOrigins: ["https://tea.example"]`, or `"*"` for all pages. Behind a proxy that changes `Host`, set `trustProxy` and let the proxy send `X-Forwarded-Host`. If it is not yours, nothing is to be done.',
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
  PARLOR_RELOAD_PARTLY: {
    level: "warn",
    text: "reloaded: {summary}",
    help: "A reload by `parlor reload` or SIGHUP is done, and at least one script did not load, or its new version could not take over. Its previous version keeps serving. The field `failed` names the scripts.",
    remedy: "The lines before this one have a reason for each script. Correct them, and reload again.",
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
  PARLOR_SERVER_ENDED: {
    level: "error",
    text: {
      front: "front {front} ended: {how}; restarting it, and its clients may connect to the others",
      one: "the server process ended: {how}; restarting it",
    },
    help: "`parlor serve --supervise` has seen its server process end by a signal, or with an exit code other than 0. With `--fronts`, one of several server processes has ended. It is started again after a pause of 50 ms to 1 s.",
    remedy:
      "The lines before this one have the reason. SIGKILL comes from the system when memory runs out, or from Parlor's own watch (`PARLOR_SERVER_STUCK`).",
  },
  PARLOR_SERVER_STUCK: {
    level: "error",
    text: "the server's main thread has stood still for {seconds} s, so its process is killed; use --supervise or a service manager, which starts it again",
    help: "The main thread of `parlor serve`, which serves all sockets, did not turn its event loop for 10 s. No script runs on it, so this is a fault of Parlor or of the machine. Its own watch thread kills the process with SIGKILL (exit code 137), because a new process can serve again. `parlor dev`, an embedded server and a server with a debugger attached are never killed for this.",
    remedy:
      "Run the server with `--supervise`, under systemd or in a container that restarts it. If it happens again, report it with the lines before this one.",
  },
  PARLOR_SYSTEMD: {
    level: "warn",
    text: "systemd is not notified of the server's state: {reason}",
    help: "The service manager waits for messages (`NOTIFY_SOCKET` is set), and `systemd-notify`, which sends them, could not be run. The app is served all the same; the log has this line once.",
    remedy: "Install `systemd-notify`, set `NotifyAccess=all` in the unit, or use `Type=exec`.",
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
    text: "{count|host runs|hosts run}, each on a thread of its own; set sharedThreads (for example to 4) to save memory",
    help: "Each route has a thread of its own by default, which takes 8 MiB or more. With `sharedThreads: 4` in the config, the routes that set nothing of their own share four threads: 300 routes then take less than 0.5 GB in place of 2.5 GB. The line is written once, when more than 64 run.",
    remedy:
      "Set `sharedThreads` in `parlor.config.js`. Routes that share a thread also wait for each other, and restart together.",
  },
  PARLOR_TLS: {
    level: "error",
    text: {
      kept: "{problem}; the previous certificate stays",
      start: "{problem}; the server does not start",
    },
    help: "The key or the certificate of the option `tls`, or of `--key` and `--cert`, cannot be used: a file is missing, is not PEM, needs another passphrase, or the two do not belong together. At the start the server ends. Later, when the files change or at a reload, it keeps the certificate that it has, and reads the files again after their next change.",
    remedy:
      "The line names the file and the reason. The certificate's file has the server's own certificate first, then those of its issuers. `openssl x509 -in cert.pem -noout -text` shows it.",
  },
  PARLOR_TLS_EXPIRED: {
    level: "warn",
    text: "{file}: the certificate is valid from {from} to {to} only, so clients refuse it; renew it",
    help: "The server has read a certificate that is not valid now. It is served all the same, because the clock of the machine may be wrong.",
    remedy:
      "Renew the certificate; the server reads it when its files change. Check the clock of the machine, too.",
  },
} as const satisfies ErrorTable;
