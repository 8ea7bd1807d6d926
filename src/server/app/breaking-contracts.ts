// Server: the new versions of scripts whose contract would break the clients that are connected now.
import { contractBreaks } from "../../boundary/contract/contract-breaks.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { scriptKey, type ScriptKey } from "../../boundary/script-key.ts";
import { plural } from "../../boundary/text/plural.ts";
import { problem, type AppProblem } from "../../load/files/app-problem.ts";
import type { LoadedApp, LoadedScript } from "../../load/load-app.ts";

/** Without connected sessions, no client holds the previous contract. */
export class BreakingContracts {
  readonly #directory: SessionsByRoute;

  constructor(directory: SessionsByRoute) {
    this.#directory = directory;
  }

  /** The next state of an app, with the scripts that break clients as they were. After a save only a warning is added. */
  unbroken(before: LoadedApp, next: LoadedApp, isSave: boolean): LoadedApp {
    const key = isSave ? "PARLOR_CONTRACT_BREAKS/served" : "PARLOR_CONTRACT_BREAKS/change";
    const broken = this.#problems(before, next, key);
    if (broken.length === 0) return next;
    return isSave ? { ...next, warnings: [...next.warnings, ...broken] } : kept(next, before, broken);
  }

  /**
   * For a reload of some scripts.
   *
   * @throws ParlorError with the first change that breaks clients.
   */
  refuseBreaking(before: LoadedApp, next: LoadedApp, only: ReadonlySet<ScriptKey>): void {
    const scripts = next.scripts.filter(({ file }) => only.has(scriptKey(file)));
    const [first, ...more] = this.#problems(before, { scripts }, "PARLOR_CONTRACT_BREAKS/change");
    if (first === undefined) return;
    const rest = more.length === 0 ? "" : ` (and ${plural(more.length, "other change")})`;
    throw new ParlorError("PARLOR_CONTRACT_BREAKS/line", { line: `${first.file}: ${first.message}${rest}` });
  }

  #problems(
    before: LoadedApp,
    { scripts }: Pick<LoadedApp, "scripts">,
    key: "PARLOR_CONTRACT_BREAKS/served" | "PARLOR_CONTRACT_BREAKS/change",
  ): AppProblem[] {
    const old = new Map(before.scripts.map((script) => [scriptKey(script.file), script]));
    return scripts.flatMap((script) => {
      const was = old.get(scriptKey(script.file));
      // To ask for the sessions of a route adds it to the directory, and to the metrics: programs have none.
      if (was === undefined || was.messages === null || isSame(was, script)) return [];
      const count = this.#directory.route(script.spec.info.route).members.size;
      if (count === 0) return [];
      const values = { file: script.file.name, sessions: plural(count, "session") };
      return contractBreaks(was.messages, script.messages).map((found) =>
        problem(key, { ...found, ...values }),
      );
    });
  }
}

/** The directory of the front, as far as it is needed here. */
interface SessionsByRoute {
  route(pattern: string): { readonly members: { readonly size: number } };
}

function isSame(was: LoadedScript, is: LoadedScript): boolean {
  return was.spec.info.version === is.spec.info.version;
}

function kept(next: LoadedApp, before: LoadedApp, problems: readonly AppProblem[]): LoadedApp {
  const broken = new Set(problems.map(({ file }) => file));
  const isBroken = ({ file }: LoadedScript): boolean => broken.has(file.name);
  return {
    ...next,
    scripts: [...next.scripts.filter((script) => !isBroken(script)), ...before.scripts.filter(isBroken)],
    problems: [...next.problems, ...problems],
  };
}
