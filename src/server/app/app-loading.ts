// Server: loads the folder of an app that is served again: its environment, and its scripts.
import { ParlorError } from "../../boundary/errors.ts";
import { scriptKey } from "../../boundary/script-key.ts";
import { plural } from "../../boundary/text/plural.ts";
import type { LoadedApp } from "../../load/load-app.ts";
import { ABSENCE } from "../../load/load-memory.ts";
import type { Log } from "../../log.ts";
import { realClock } from "../../real-clock.ts";
import type { AppEnvironment } from "./app-environment.ts";
import { withUnreadable } from "./route-reload.ts";

/** Loads an app's folder for each reload. */
export class AppLoading {
  readonly #environment: LoadingParts["environment"];
  readonly #load: LoadingParts["load"];
  readonly #log: Log;

  constructor({ environment, load, log }: LoadingParts) {
    this.#environment = environment;
    this.#load = load;
    this.#log = log;
  }

  /** Reads `.env`; returns whether a value has changed. A running thread keeps the values that it has started with. */
  async environment(): Promise<boolean> {
    if (!(await this.#environment.load())) return false;
    this.#log.info({}, ".env changed: restarted scripts see the new values");
    return true;
  }

  /**
   * Reads the folder. While a deploy changes it, a script of `served` may have no file for a moment: its clients must not
   * lose their sessions, so the folder is read once more. After a save it is read once.
   *
   * @throws ParlorError `PARLOR_APP_MISSING` if the folder is missing, `PARLOR_APP_EMPTY` if all scripts are gone.
   */
  async folder(isSave: boolean, served: LoadedApp): Promise<LoadedApp> {
    const app = withUnreadable(await this.#once(isSave), served);
    if (isSave || !lacksScripts(app, served)) return app;
    await new Promise<void>((resolve) => realClock.after(ABSENCE, resolve));
    const again = withUnreadable(await this.#once(isSave), served);
    const { root, hint } = again.files;
    // Most likely a deploy that is not complete: an operator who wants no script served stops the server.
    if (hint !== undefined) throw new ParlorError("PARLOR_APP_EMPTY", { file: root, hint });
    return again;
  }

  // A folder that is moved or replaced is not an app without routes: nothing that is served ends by that.
  async #once(isSave: boolean): Promise<LoadedApp> {
    this.#log.debug({ kind: "reload" }, "reload: reading the folder");
    const startedAt = performance.now();
    const app = await this.#load(isSave);
    const numbers = { scripts: app.scripts.length, failed: app.failed.length };
    const duration = Math.round(performance.now() - startedAt);
    this.#log.debug(
      { kind: "reload", ...numbers, duration },
      `reload: read ${plural(numbers.scripts, "script")} in ${duration} ms`,
    );
    if (app.problems.some(({ code }) => code === "PARLOR_APP_MISSING"))
      throw new ParlorError("PARLOR_APP_MISSING", { file: app.files.root });
    return app;
  }
}

/** What an app is loaded with. */
export interface LoadingParts {
  readonly environment: Pick<AppEnvironment, "load">;
  readonly log: Log;
  /** Loads the folder, again or after a save. */
  readonly load: (isSave: boolean) => Promise<LoadedApp>;
}

/** Whether a script that is served no longer has a file. */
function lacksScripts(next: LoadedApp, old: LoadedApp): boolean {
  const present = new Set([...next.scripts.map(({ file }) => file), ...next.failed].map(scriptKey));
  return old.scripts.some(({ file }) => !present.has(scriptKey(file)));
}
