// Dialect: the published global `Script`: facts about the program.
import type { Platform } from "../../../host/api/platform.ts";
import { isRecord, messageOf } from "../../../boundary/checks.ts";
import { AppDirectories } from "../files/app-directories.ts";
import { fileOrNull } from "../common/file-or-null.ts";
import { Path } from "../files/path.ts";
import type { ScriptingContext } from "../state/context.ts";

/** The global, for this program. */
export function scriptGlobal(context: ScriptingContext): object {
  const { info, platform } = context.script;
  const file = Path.parse(info.name);
  const isProject = file.dir !== "scripting" && file.name === "index";
  const directory = Path.join(new AppDirectories(platform.files).root, file.dir);
  return {
    name: isProject ? Path.basename(file.dir) : file.name,
    directory,
    /** Published: the kind of place where a script runs. A program with servers runs in the app itself. */
    env: "index",
    queryParameters: {},
    widgetParameter: "",
    get metadata() {
      return isProject ? metadataIn(directory, platform) : {};
    },
    hasFullAccess: () => true,
    /** Published: ends the script. Its result has no receiver on a server. */
    exit: (_result?: unknown) => context.exit(),
    ...missing(),
  };
}

/** What a project's `script.json` says; nothing if there is none. */
function metadataIn(directory: string, { files, encodings }: Platform): unknown {
  const bytes = fileOrNull(() => files.read(`${directory}/script.json`));
  if (bytes === null) return {};
  try {
    const value: unknown = JSON.parse(encodings.decodeUtf8(bytes).replace(/^\ufeff/, ""));
    return isRecord(value) ? value : {};
  } catch (error) {
    throw new SyntaxError(`Script.metadata: script.json is not JSON (${messageOf(error)})`);
  }
}

function missing(): Readonly<Record<string, () => never>> {
  return Object.fromEntries(
    MISSING.map((name) => [
      name,
      () => {
        throw new TypeError(`Script.${name} is not supported: a server has no other scripts to open or run`);
      },
    ]),
  );
}

const MISSING = [
  "run",
  "createRunURLScheme",
  "createRunSingleURLScheme",
  "createOpenURLScheme",
  "createDocumentationURLScheme",
  "createImportScriptsURLScheme",
];
