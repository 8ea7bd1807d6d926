// Boundary: problems of an app's folder, its config and its scripts, found while they load.
import type { ErrorTable } from "./error-table.ts";

export const loadErrors = {
  PARLOR_APP_EMPTY: {
    level: "error",
    text: "{file}: the app folder has no scripts; {hint}",
    help: "The folder exists, but none of `ws/`, `http/`, `cron/`, `tasks/`, `scripting/`, `bolt/` and `dirigible/` in it has a script, and it has no `public/`. Most often the command was started one folder too high or too low; then the line names the folder that is meant. It also names a folder such as `websocket/` that has to be renamed to `ws/`, and a script beside the folders.",
    remedy:
      "Give the app's own folder, as in `parlor serve my-app`, or add a first script: `ws/chat.ts` is served at `/ws/chat`. Names that start with `_` or `.`, `*.d.ts` and `*.test.*` are not served.",
  },
  PARLOR_APP_MISSING: {
    level: "error",
    text: "{file}: the app folder does not exist; check the path, or create an app with: parlor new NAME",
    help: "The given path does not lead to a folder. Relative paths start at the folder in which the command runs.",
    remedy: "Correct the path, or create an app with `parlor new NAME`.",
  },
  PARLOR_CONFIG: {
    level: "error",
    text: {
      kind: "{file}: this is {kind}, so it cannot be read; make it a file, or remove it",
      data: "{file}: {place} is {what}; a config has only plain data: strings, numbers, lists, objects",
      name: "{file}: not read, because a config is named parlor.config.ts, .mts, .js or .mjs; rename it",
      option: "{file}: {problem}",
      refused: "{problems}",
    },
    help: "An option in `parlor.config` does not exist, has a value of the wrong type, or holds something that is not plain data, such as a function or a class instance. The config is read on a separate thread and passed on as data. An app with a wrong config is not served.",
    remedy:
      "The line names the option and the nearest right name. [configuration.md](configuration.md) lists all options; with `defineConfig` the editor does too.",
  },
  PARLOR_CONFIG_TWICE: {
    level: "error",
    text: "{file}: the app has more than one config file ({files}), so none is read; keep one",
    help: "The app's folder has, for example, both `parlor.config.ts` and `parlor.config.js`. Parlor cannot know which one you mean.",
    remedy: "Keep one of them.",
  },
  PARLOR_ENV_FILE: {
    level: "error",
    text: "{file}: cannot be read ({reason}); make it a readable file, or remove it",
    help: "The app has a `.env` that is a folder, a link that leads nowhere, or a file that this user may not read. Without its values the app could be open to what they were to close, so it is not served, and a reload changes nothing.",
    remedy: "Make it a file that the server's user may read, or remove it.",
  },
  PARLOR_EXPORT_UNUSED: {
    level: "warn",
    text: {
      members:
        '{file}: exports "default" with "{meant}" in it, which has no effect; export each handler by its name, as in: export function {meant}',
      name: '{file}: exports "{name}", which has no effect; did you mean "{meant}"?',
    },
    help: "A script exports a name that resembles a handler or a setting: case, `_` or one letter differ, or other servers use the name for the same. Parlor does not use it. There is no such line if the right name is exported, too, and none for names that resemble nothing: a script may export helpers for its tests and for other files.",
    remedy: "Rename the export. If it is a helper of your own, give it a name that resembles no handler.",
  },
  PARLOR_FILE_KIND: {
    level: "error",
    text: {
      folder: "{file}: not a folder, so nothing in it is served; rename or remove it",
      file: "{file}: not a file (but a pipe, a socket or a device), so it is not read; replace it by a file",
    },
    help: "Something else is where a script, or one of the folders of an app, is expected: a file named `ws`, for example. A script that was served from there keeps serving until the server stops.",
    remedy: "Put the file or the folder back, or give what is there another name.",
  },
  PARLOR_FILE_PLACE: {
    level: "warn",
    text: {
      file: "{file}: not served, because scripts lie in folders; move it to {right}",
      folder: "{file}: not served, because Parlor does not know a folder of this name; rename it to {right}/",
    },
    help: "A warning of `parlor dev` and `parlor check`. A script lies next to the folders of scripts, or in a folder with another name, such as `websocket/` for `ws/`. Its exports show for which folder it is meant.",
    remedy:
      "Rename the folder, or move the script. If it is not meant to be served, move it into a folder such as `lib/`.",
  },
  PARLOR_FILE_SIZE: {
    level: "error",
    text: "{file}: left out, because {what} may have up to {limit} MiB; make it smaller, or put it into public/",
    help: "The text files of `dirigible/` are sent to their host whole and are kept there: up to 1 MiB each, 16 MiB together. A file beyond that is left out; the rest is served.",
    remedy: "Make the file smaller, or put it into `public/`, which is served from the disk.",
  },
  PARLOR_HANDLER_SHAPE: {
    level: "warn",
    text: {
      nothing:
        "{file}: {handler} returns nothing, so its client gets 500; return a response, as in: return {right}",
      parameter:
        '{file}: {handler} has a parameter "{name}" where it gets another value; its parameters are ({right})',
      promise: "{file}: {name} is a promise, and {handler} does not wait for it; write: {right}",
      response:
        "{file}: {handler} returns a value that is not a response, so its client gets 500; write: return {right}",
    },
    help: "A warning of `parlor dev` and `parlor check`. A handler seems to have its parameters in the wrong order, as in `onMessage(text, session)`. Or a handler in `http/` returns an object or a string in place of a response, or uses `request.json()` without `await`. In TypeScript the types of the exports find this in the editor, too: `OnMessage`, `HttpHandler`.",
    remedy:
      "Correct the handler as the line says. If the order is intended, give the parameter another name.",
  },
  PARLOR_HISTORY_CONFLICT: {
    level: "warn",
    text: "{file}: keeps {size} messages of {room} for {seconds} s, but {other} keeps {otherSize} for {otherSeconds} s",
    help: "A room has one history, whichever scripts send to it. Two scripts have different settings for the same rooms; until one of them is changed, the first one applies.",
    remedy:
      "Set it in one script only, or equally in both; or set `history` for these rooms in `parlor.config.ts`, which overrides scripts.",
  },
  PARLOR_LINK_BROKEN: {
    level: "error",
    text: "{file}: broken symbolic link; fix or remove it",
    help: "A symbolic link below the app's folder points to a file that does not exist.",
    remedy: "Remove the link, or put back the file that it points to.",
  },
  PARLOR_LINK_OUTSIDE: {
    level: "error",
    text: "{file}: symbolic link to a place outside the app folder, so it is not followed; put the file itself here",
    help: "A symbolic link below the app's folder points outside it. Parlor never opens a file outside the app's folder as a script, so the folder shows everything that is served.",
    remedy: "Put the file itself into the app, or share the code by a package in `node_modules`.",
  },
  PARLOR_PROGRAM_INDEX: {
    level: "warn",
    text: {
      folder:
        "{file}: not a program, because the folder has no index.ts or index.tsx; {remedy}, or start the folder's name with _ if it is not meant to be a program",
      project:
        "{file}: not served, because the folder has a script.json but no index.ts or index.tsx; add one",
    },
    help: "A folder in `scripting/` is a program if it has an `index` file: `scripting/wall/index.tsx`. This folder has none, and no program imports a file of it.",
    remedy:
      "Name the program's first file `index.ts` or `index.tsx`. A folder whose name starts with `_` or `.` is not looked at.",
  },
  PARLOR_PROJECT_METADATA: {
    level: "warn",
    text: "{file}: not a JSON object ({problem}), so the program cannot read it by Script.metadata; correct the file",
    help: "The `script.json` of a program in `scripting/` is not a JSON object. The program runs, but `Script.metadata` throws an error, or is empty.",
    remedy: "Correct the file at the named place. JSON has no comments, and no comma before a closing brace.",
  },
  PARLOR_RING_FEATURE: {
    level: "error",
    text: "{file}: {problem}",
    help: "The program uses a part of Ring that Parlor does not have: `eval` and other functions that compile code, libraries of C, states of Ring, input from a keyboard, or a change of its keywords. Other routes are served; this one responds with 503 before the handshake, or continues with its last good version.",
    remedy:
      "The line names the part, with file, line and column. Write it without: call a function by its name with `call`, for example.",
  },
  PARLOR_ROUTE_IGNORED: {
    level: "warn",
    text: {
      path: "{call}: the program has registered this path already, as {other}, which serves it; this one never runs, so use another path",
      parameter:
        '{call}: where("{name}") has no effect, because the path has no parameter of this name; {fix}',
    },
    help: "A Bolt program registers a path twice, or asks for a pattern of a parameter that the path does not have. As in Bolt, the first registration serves the path, and the pattern is never used.",
    remedy:
      "Use another path or another method for the second registration; correct the name of the parameter.",
  },
  PARLOR_ROUTE_NAME: {
    level: "error",
    text: {
      claim: "{script}: {pattern} is not a path ({problem}); correct it in the script",
      character: '{file}: "{part}" contains {character}, which a route cannot have; rename the file',
      mixed: '{file}: "{part}" mixes a parameter with other text; a parameter is a whole part, as in "[id]"',
      parameter: '{file}: "[{name}]" is not a valid parameter name; use letters and digits, as in "[id]"',
      rest: '{file}: "{part}" matches the rest of the path; make it the last part',
      twice: '{file}: the parameter "{name}" occurs twice; give each parameter its own name',
    },
    help: "The file's name becomes a part of a path, and this one cannot: it has characters that do not belong there, or brackets that do not pair. The same holds for a path that a program registers.",
    remedy:
      "Rename the file. `[id]` stands for a parameter, and must be all of a name between two slashes: `ws/rooms/[id].ts` is `/ws/rooms/:id`. `[...rest]` matches the rest of the path, so it comes last.",
  },
  PARLOR_ROUTE_TAKEN: {
    level: "error",
    text: {
      claim:
        "{script}: {holder} has the path {pattern} already ({kind}), so it stays with {holder}; rename one of the two",
      job: "{file}: {files} are the same job, so none of them runs; rename or remove one",
      program: "{file}: {files} are the same program, so none of them runs; rename or remove one",
      route: "{file}: {files} have the same route {route}, so none of them is served; rename or remove one",
    },
    help: "Two files have the same route, for example `ws/chat.ts` and `ws/chat.js`, or `http/[id].ts` and `http/[name].ts`. Parlor does not choose between them, so neither is served. A path that programs register belongs to the first script that has it; the second one is not served there.",
    remedy: "Rename or remove one of them.",
  },
  PARLOR_SCRIPT_CONTRACT: {
    level: "error",
    text: "{file}: {problem}",
    help: 'An export has the right name and the wrong type, as in `export const tickRate = "fast"` or an `onMessage` that is not a function, or two exports contradict each other, such as `tickRate` and `threads`. The route responds with 503 until that is corrected. A `*.websocket` file of `dirigible/` with a field or a handler that is missing has this code, too.',
    remedy: "The line names the export or the field, and what was expected.",
  },
  PARLOR_SCRIPT_EXTENSION: {
    level: "error",
    text: "{file}: not served, because a script's name ends with .ts, .mts, .js or .mjs; rename it",
    help: "A file lies in a folder of scripts and is almost named like one, for example `ws/chat.jsx` or `ws/chat.cjs`.",
    remedy: "Give it one of the extensions `.ts`, `.mts`, `.js` and `.mjs`, or move it out of the folder.",
  },
  PARLOR_SCRIPT_IMPORT: {
    level: "error",
    text: {
      export: '{file}: {module} has no export "{name}"; export it there or correct the name',
      file: '{file}: cannot find the import "{path}"; check its path and its spelling',
      name: '{file}: "{module}" has no export "{name}"; {hint}',
      package: '{file}: cannot find the package "{path}"; {hint}',
      type: "{file}: {problem}; a script can import .ts, .mts, .js, .mjs, .json and .txt files",
      url: '{file}: cannot import "{path}"; download it, or import a file or an npm package',
    },
    help: "An import names a file or package that cannot be found, a name that is not exported there, or a type of file that scripts cannot import.",
    remedy: "Correct the path, or install the package in the app's folder with `npm install NAME`.",
  },
  PARLOR_SCRIPT_LOOPS: {
    level: "error",
    text: {
      loop: "{file}: loading did not finish within {seconds} s; look for an endless loop at the top level",
      wait: "{file}: the top level awaits a promise that does not settle, because timers do not run while a script loads; await it in a handler",
    },
    help: "The top level of a script did not finish within the time limit: it loops, or it awaits a promise that does not settle. Timers do not run while a script loads.",
    remedy: "Move the work into a handler, or into a task under `tasks/`.",
  },
  PARLOR_SCRIPT_SCREEN: {
    level: "error",
    text: {
      import:
        '{file}: {names} from "{module}" {have} no meaning on a server, which has neither the app\'s screen nor its device; remove the import',
      jsx: "{file}: JSX makes elements of the app's screen, which a server does not have; remove it",
      use: "{file}: {names} {have} no meaning on a server, which has neither the app's screen nor its device; the program fails at the line that uses them",
    },
    help: "A program in `scripting/` uses what the Scripting app has for its screen, its widgets and its device: views, hooks, `Navigation`, JSX. A server has none of them. The program does not load.",
    remedy:
      "Keep the part that serves, and remove the part that shows something. Share other code between the two by a module.",
  },
  PARLOR_SCRIPT_SYNTAX: {
    level: "error",
    text: "{file}: syntax error: {problem}; look at this place and at the line above it",
    help: "The script cannot be parsed. Other routes are served; this one responds with 503 before the handshake, or continues with its last good version.",
    remedy:
      "The line names file, line and column. Save the corrected file: under `parlor dev` it is loaded at once.",
  },
  PARLOR_SCRIPT_THROWS: {
    level: "error",
    text: {
      error:
        "{file}: error while loading: {error}; handle it at the top level, or move this code into a handler",
      exit: "{file}: the script ended its thread while loading; do not call process.exit() at the top level",
    },
    help: 'The top level of a script throws, or ends the process, while it loads. It runs once when the server starts, before any client connects; a WebSocket script without `scope = "route"` or `tickRate` runs it again for each connection.',
    remedy:
      "The line names the place. Check what may be missing, such as an environment variable, in a handler, or give it a default.",
  },
  PARLOR_SCRIPT_UNTRIED: {
    level: "error",
    text: "{file}: not loaded, because the machine starts no thread to try the script out ({reason}); free descriptors or memory, then save or reload",
    help: "Each script is evaluated once on a thread of its own before it is served. The machine had no descriptors, no memory or no thread left for that, ten times within two seconds. Nothing is known about the script. If a version of it serves already, that one stays.",
    remedy:
      "Raise the limit of open files (`ulimit -n`), or find what uses up descriptors or memory. Then save a file under `parlor dev`, or run `parlor reload`.",
  },
  PARLOR_SHARED_STATE: {
    level: "warn",
    text: '{file}: {name} is changed by a handler, but every connection has its own copy; to share it, write: export const scope = "route" (or, if you mean that: export const scope = "connection")',
    help: "A warning of `parlor dev` and `parlor check`. A WebSocket script without `tickRate` is evaluated again for each connection, so a variable at its top level belongs to one connection. This script changes such a variable in a handler, as if all clients shared it.",
    remedy:
      'To share it, write `export const scope = "route"`. If each connection is to have its own, write `export const scope = "connection"`; this also removes the warning.',
  },
} as const satisfies ErrorTable;
