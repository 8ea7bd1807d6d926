// Boundary: errors of scripts while they run in a host, and of the hosts themselves.
import type { ErrorTable } from "./error-table.ts";

export const hostErrors = {
  PARLOR_ATTRIBUTE_LOST: {
    level: "warn",
    text: "attribute {key} does not survive a crash of the script, because {why}; keep plain data in attributes",
    help: "A session attribute holds a value that cannot be copied, such as a function, a socket, or data nested more than 500 levels deep. The script reads it as usual, but after a crash or a reload the attribute is missing.",
    remedy:
      "Keep strings, numbers, lists and plain objects in attributes, and the rest in variables of the script.",
  },
  PARLOR_CALL_IGNORED: {
    level: "warn",
    text: "{call} has no effect in a WebSocket event, because no request is being handled; a client gets messages by $bolt.wsSendTo",
    help: "A Bolt program responds to a request while it handles a WebSocket event. There is no request, so the call does nothing, as in Bolt. Most often the call is in a middleware that runs for requests and for events. It is logged once for each call.",
    remedy:
      'If the call is for requests only, ask for the event first: `if ($bolt.wsEventType() === "") …`. To reach the client of the event, call `$bolt.wsSendTo($bolt.wsClientId(), text)`.',
  },
  PARLOR_COMMAND_REFUSED: {
    level: "error",
    text: {
      bound:
        "{name} asked for {command} beyond sessionLimits or hostLimits, which the call refuses, so it had no effect; find the code that forges its host's messages",
      foreign:
        "{name} asked for {command} on a session, request or path of another script, so it had no effect; find the code that forges its host's messages",
    },
    help: "The host of a script sent a command that no call of its API makes: it closes, or changes, a session of another route, responds to a request of another script, claims a path for it, or lets a session keep more than `sessionLimits` allows. The script, or a package of it, has written to the channel for its host's messages. There is one line for each start of the host.",
    remedy: "Find the code that writes to file descriptors or ports that it has not opened.",
  },
  PARLOR_EVENT_UNSERVED: {
    level: "error",
    text: {
      front: "no host serves {what}, so {outcome}; please report this, with the lines before it",
      host: "this host does not run the script of the event ({script}); its session is closed with 1011, its request gets 500; please report this, with the lines before it",
    },
    help: "An event came to a host that does not run its script, or to a host that no longer exists. Parlor never drops an event silently: the session is closed with 1011, the request gets 500, the run has failed.",
    remedy:
      "This is an error of Parlor. Report it with the lines of the log before it; `parlor reload` may help meanwhile.",
  },
  PARLOR_HANDLER_NAME: {
    level: "warn",
    text: {
      callback: '{where}: the program exports no function "{name}"; {fix}',
      method: "{call}: nothing calls {name}{hint}",
      module: 'handler "{handler}" exports no {method}, so that event is lost; add {fix}',
    },
    help: "A handler is named, and no function has that name; or a function is given under a name that nothing calls. Most often one of the two is misspelt. The event has no effect.",
    remedy:
      "The line names the handler and, if there is one, the nearest right name. Correct it, or add the function.",
  },
  PARLOR_HANDLER_TIMEOUT: {
    level: "error",
    text: {
      program: "its promise has not settled after {seconds} s; the program's next callback runs now",
      session: "promise not settled after {seconds} s (handlerTimeout); its session's events continue",
    },
    help: "A handler returned a promise that did not settle in time, so the events behind it waited. Parlor continues with the next event. The handler may still finish later, and its calls then take effect.",
    remedy:
      "Give what the handler awaits a limit, for example `fetch(url, { signal: AbortSignal.timeout(5000) })`, or raise `handlerTimeout`.",
  },
  PARLOR_HOOK_TIMEOUT: {
    level: "error",
    text: {
      promise: "{hook} did not finish within {seconds} s; give what it awaits a limit",
      host: "{name} was ended while its onStop ran, after {seconds} s{place}; look for an endless loop",
    },
    help: "The promise of an `onStart` or `onStop` did not settle in time. `onStart` may take 10 s, or `hangLimit` if that is longer; then the version has failed to load. `onStop` has up to half of the time that is left: of `shutdownGrace` at the end of the server, of 5 s after a reload. An `onStop` that does not return is ended with its host when that time is over.",
    remedy:
      "Give connections a limit of their own, for example `AbortSignal.timeout(5000)`, so that the error names what was slow. Raise `hangLimit` or `shutdownGrace` if the work takes this long.",
  },
  PARLOR_HOST_CRASHED: {
    level: "error",
    text: {
      serving: "{name} crashed {where} ({reason}); restarting, all sessions stay connected{lost}",
      failing: "{name} crashed {where} ({reason}){lost}",
      finishing: "{name} crashed while its onStop ran ({reason}); the rest of onStop is not run",
      draining:
        "the previous version of {name} crashed {where} ({reason}); its sessions continue on the current version{lost}",
    },
    help: "The thread or process of a script ended: the script called `process.exit()`, used more memory than `memoryLimit`, or an error happened where Parlor cannot catch it. Parlor restarts it: at once after an event, after a pause of 100 or 200 ms if no event had started. The event that caused the crash is lost; all others are delivered. No session is closed, unless the memory ran out (`PARLOR_SESSIONS_SHED`).",
    remedy:
      "The line names the event and the reason. Handle the error where it happens, for example with an `error` listener on the emitter that raised it.",
  },
  PARLOR_HOST_CRASHES_OFTEN: {
    level: "warn",
    text: "{name} crashed {count|time|times} in {seconds} s, each time by an event, which is lost",
    help: "A script crashes again and again, each time by another event. Parlor keeps restarting it, but each crash costs an event, and the state that the script keeps in variables.",
    remedy: "Look for the lines with `PARLOR_HOST_CRASHED`: they name the events and the reasons.",
  },
  PARLOR_HOST_FAILED: {
    level: "error",
    text: {
      alone:
        "{name} crashed before it handled an event, again and again; its sessions get 1011, new clients 503; fix the script and reload it; it starts again in {seconds} s",
      asked:
        "{name} crashed before it handled an event, again and again; its sessions get 1011, new clients 503; fix the script and reload it; it starts again for the first client after {seconds} s",
    },
    help: "A script crashed three times in a row before it handled an event, and there is no earlier version that worked. Its sessions were closed with 1011, and new clients get 503. Parlor tries it again after a pause, which grows from 1 s to 30 s: programs, cron scripts and routes with `tickWhenEmpty` without a client, all others when the next client comes.",
    remedy:
      "The lines before this one name the reason. Fix the script; saving it under `parlor dev`, or `parlor reload`, starts it at once.",
  },
  PARLOR_HOST_HANGS: {
    level: "error",
    text: {
      serving:
        "{name} was stopped {where}: {reason}; {advice}; restarting, all sessions stay connected{lost}",
      failing: "{name} was stopped {where}: {reason}; {advice}{lost}",
      draining:
        "the previous version of {name} was stopped {where}: {reason}; {advice}; its sessions continue on the current version{lost}",
    },
    help: "A handler, a timer or a tick did not return within `hangLimit`, so its script served no other client. Parlor stopped the thread and restarted it. The event that hung is lost; all others are delivered, and no session is closed.",
    remedy:
      "The line names the event and, for a thread, the function that was running, with its file and line; `err.stack` has its callers. Look for an endless loop there, or a regular expression that backtracks. A thread that does not respond to the inspector is in a long native call: `JSON.parse` or `sort` of a large value, `execSync`. If the work takes this long, split it, move it into a task, or raise `hangLimit`.",
  },
  PARLOR_HOST_MESSAGE: {
    level: "error",
    text: "it sent a message that no host sends: {what}",
    help: "The reason in the line of a crash: the thread or process of a script sent a malformed message. Parlor stopped the thread or process, and the message had no effect. The script, or a package of it, has written to the channel for its host's messages, or has replaced a method that Parlor uses.",
    remedy: "Find the code that writes to file descriptors or ports that it has not opened.",
  },
  PARLOR_HOST_RECOVERED: {
    level: "info",
    text: "{name} serves again",
    help: "A script that had failed (`PARLOR_HOST_FAILED`) was started again and works.",
    remedy: "Nothing to do.",
  },
  PARLOR_HOST_ROLLED_BACK: {
    level: "warn",
    text: "{name} crashed {count|time|times} while loading; the previous version serves again; fix the script and reload it",
    help: "A new version of a script crashed three times in a row before it handled an event. Parlor starts the last version that had handled one.",
    remedy: "The lines with `PARLOR_HOST_CRASHED` name the reason. Fix the script and reload it.",
  },
  PARLOR_IMPORT_TYPESCRIPT: {
    level: "error",
    text: 'import(): {path} is TypeScript, which this version of Node does not run; write its path as a literal, as in import("./{name}"), so that it is bundled, or write the file in JavaScript',
    help: 'A script imports a TypeScript file of which only the running script knows the path. Files that are imported by a literal path, or by `new URL("./x.ts", import.meta.url)`, are bundled, so they may be TypeScript. All others are loaded by Node, which runs TypeScript from version 22.18 on.',
    remedy:
      'Write the path as a literal. If there are several files, import each of them in a table: `{ tea: () => import("./tea.ts") }`. Or write the file in JavaScript.',
  },
  PARLOR_LOG_DROPPED: {
    level: "warn",
    text: "{count|log line|log lines} dropped, because the script logs too much; log less, or only a sample",
    help: "A script may log 1,000 lines or 256 KiB at once, and after that 2,000 lines or 1 MiB a second; a task, a hundred times as much. Further lines are dropped and counted, so that the log slows no client down. Faults and warnings have a bound of their own.",
    remedy: "Look for a `console.log` in a loop or a tick. Log a sample of frequent events, or a count.",
  },
  PARLOR_MESSAGE_IGNORED: {
    level: "warn",
    text: "a message of {call} was ignored, because Parlor does not listen there; send to sessions or rooms instead; later ones are ignored without a line",
    help: "A script, or a package that it uses, called `parentPort.postMessage` or `process.send`. Packages do so when they assume that they have started the thread or process themselves. Parlor does not listen there.",
    remedy: "Nothing, if a package did it. To reach other scripts or clients, send to sessions and rooms.",
  },
  PARLOR_PROGRAM_EXIT: {
    level: "warn",
    text: "Script.exit was called, so the program and its {servers} have ended; it starts again when its file is saved under parlor dev, by parlor reload, or with the server",
    help: "A program in `scripting/` has ended itself while a server of it was running. The app's programs often do so when their view is closed; on a server they run until they are removed.",
    remedy: "Remove the call if the program should keep serving.",
  },
  PARLOR_SCRIPT_FAULT: {
    level: "error",
    text: "{what}: {error}",
    help: "A handler, a timer or a tick of a script threw an error, or a promise of it was rejected and nothing handled that. The text is the error's own, with the lines of the script. The session stays open, and the next event is handled as usual.",
    remedy:
      "The line names the handler, and the script's file and line. Handle the error there. An exported `onError` is called for each of them.",
  },
  PARLOR_SESSIONS_SHED: {
    level: "warn",
    text: "{name} ran out of memory, so the sessions that keep most were closed with 1013: {count}, with {mebibytes} MiB of headers, rooms and attributes; the largest is {heaviest}",
    help: "The memory of a script ran out, and its sessions keep a good part of `memoryLimit` in headers, rooms and attributes. A restart gives all of that back to the script, whose memory would run out again. So Parlor closes the sessions that keep most, until the others keep up to a quarter of `memoryLimit`. Each time the memory runs out again within 10 s, that bound is halved. Sessions that keep less than 8 KiB are closed only from the second time on.",
    remedy:
      "If these clients are legitimate, raise `memoryLimit` or keep less in attributes. Otherwise look at the address, and lower `sessionLimits` or `handshakeBytes`.",
  },
  PARLOR_SESSION_CULPRIT: {
    level: "warn",
    text: "{route} hung twice within a minute on events of session {id} from {address}, which is closed with 1008; look at what it sends",
    help: "The script has hung on two events of one session within a minute: a handler did not return (`PARLOR_HOST_HANGS`). Each time all clients of the route had to wait. So Parlor closes the session with 1008, its `onClose` runs, and the health report counts it as `culprits`. The other sessions stay.",
    remedy:
      "Find the input that makes the handler hang: the previous lines name the events. Bound the length of what a handler parses, and avoid regular expressions that backtrack.",
  },
  PARLOR_SESSION_LIMIT: {
    level: "error",
    text: {
      rooms:
        "a session may be in up to {limit|room|rooms} (sessionLimits.rooms); leave others first, or raise the limit",
      roomName:
        "the name of a room may have {limit|byte|bytes} (sessionLimits.roomName); shorten it, or raise the limit",
      attributes:
        "a session may have up to {limit|attribute|attributes} (sessionLimits.attributes); remove others first, or raise the limit",
      attributeName:
        "the name of an attribute may have {limit|byte|bytes} (sessionLimits.attributeName); shorten it, or raise the limit",
      attributeBytes:
        "the attributes of a session may have {limit} bytes together (sessionLimits.attributeBytes); keep less in them, or raise the limit",
      presenceBytes:
        "room.join: a session may show up to {limit|byte|bytes} in a room, as JSON with its key (sessionLimits.presenceBytes); show less, or raise the limit",
      hostRooms:
        "the sessions of one thread or process may be in up to {limit|room|rooms} (hostLimits.rooms); use fewer rooms, or raise the limit",
      hostAttributeBytes:
        "the attributes of all sessions of one thread or process may have {limit} bytes together (hostLimits.attributeBytes); keep less in them, or raise the limit",
      hostPresenceBytes:
        "the presence of all sessions of one thread or process may have {limit} bytes together (hostLimits.presenceBytes); show less, or raise the limit",
    },
    help: "A script lets one session join more rooms, set more attributes, or show more in rooms than `sessionLimits` allows, or all sessions of its thread together more than `hostLimits` allows. The call throws a RangeError with this code, or a TypeError if the presence of one session is too large, and changes nothing. What a session keeps is given back to its script after each restart, so without bounds one client could fill the memory of every thread that serves it.",
    remedy:
      "Check what clients can choose: a room or an attribute for each message of a client grows without end. If the script is right, raise the limit in `parlor.config.ts`.",
  },
  PARLOR_SETTING_ABSENT: {
    level: "warn",
    text: "{call} has no effect: {instead}",
    help: "A Bolt program in Ring calls a setting of Bolt's own server, as `enableLogging()` or `describe(…)`. Parlor has none of them, and the program does the same without it, so it goes on. Each call is named once. A call without which a program does something else fails instead.",
    remedy: "Remove the call, or do what the line says.",
  },
  PARLOR_SETTING_IGNORED: {
    level: "warn",
    text: "{name} = {value} has no effect, because the server's own options set its {name}; remove it, or start the server with --{name}",
    help: "A Bolt program in Ring sets the port or the host of its own server. Under Parlor all programs of an app are served by one server, whose options set both.",
    remedy: "Start the server with `--port` or `--host`, or set them in `parlor.config.ts`.",
  },
  PARLOR_STATE_LEFT: {
    level: "warn",
    text: "{script}: the state that the previous version saved is left behind, because its scope was {before} and is {now}; attributes and rooms are kept",
    help: "A reload changed the scope of a script: from variables of each connection to variables of the route, or back; `tickRate` and `threads` can change it, too. The result of `saveState` belongs to one scope, so `restoreState` of the other scope does not get it.",
    remedy: "Nothing to do, if this is intended. Keep data that must survive in attributes of the session.",
  },
  PARLOR_STATE_LOST: {
    level: "warn",
    text: "{script}: the state that saveState returned is left behind, because {why}; return plain data",
    help: "A reload replaced a script whose `saveState` returned a value that cannot be handed over. The new version serves, and `restoreState` is not called with that state. There is one line for all sessions of the script. States of other sessions that can be handed over are.",
    remedy:
      "Return only strings, numbers, lists, plain objects, dates, maps, sets and bytes from `saveState`.",
  },
  PARLOR_TICK_OVERRUN: {
    level: "warn",
    text: "{script}: ticks overrun their budget: p99 {cost} ms, budget {budget} ms; do less in onTick, or lower tickRate",
    help: "More than one tick in a hundred took longer than the time between two ticks, over the last ten seconds. Ticks start late, and clients see it. The line comes once, and again only after the ticks have been in time.",
    remedy:
      "Do less in `onTick`, lower `tickRate`, or move work that does not depend on the tick into a task.",
  },
  PARLOR_TURN_LIMIT: {
    level: "error",
    text: "one event, timer or tick calls more than turnLimit ({commands} calls or {bytes} bytes), so this call is refused; split the work over several timers, or raise turnLimit",
    help: "A script calls `send`, `join`, `broadcast` and the like more often than `turnLimit` in one event, timer or tick, or sends more bytes. The call throws a RangeError with this code, and so does each further one. All calls before it take effect. Calls that close a session, or refuse one, are never refused.",
    remedy:
      "Look for an endless loop at the line that the stack names. If the script is right, split its work over several timers or ticks, or raise `turnLimit` in `parlor.config.ts`.",
  },
} as const satisfies ErrorTable;
