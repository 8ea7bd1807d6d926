// Server: the playground of an app folder: follows the app, and shows it.
import { basename } from "node:path";
import { realClock } from "../../real-clock.ts";
import { sourceExcerpt } from "../../load/files/source-excerpt.ts";
import type { LoadedApp } from "../../load/load-app.ts";
import type { ReloadListener } from "../app/reload-report.ts";
import type { Engine } from "../engine/engine.ts";
import { Journal } from "./journal.ts";
import { Playground } from "./playground.ts";
import { LONGEST, type AppState } from "./snapshot.ts";
import { takeSnapshot } from "./take-snapshot.ts";

/** Joins the page, the journal of faults and reloads, and the engine, which is made after them. */
export class AppPlayground {
  readonly journal: Journal;
  readonly pages: Playground;

  constructor({ files, problems }: LoadedApp, reloadsSaves: boolean, engine: () => Engine) {
    const { root } = files;
    this.journal = new Journal({
      clock: realClock,
      sessions: () => engine().front.directory.size,
      excerpt: (place) => sourceExcerpt(root, place, { before: LINES_AROUND, width: LONGEST.line }),
    });
    const startedAt = realClock.now();
    const app: AppState = {
      name: basename(root),
      folder: root,
      startedAt,
      node: process.version,
      reloadsSaves,
    };
    this.pages = new Playground(realClock, () => takeSnapshot(engine(), this.journal, app));
    this.journal.loaded(problems);
  }

  /** Notes each reload before it is passed on. */
  following(onReload: ReloadListener): ReloadListener {
    return (report) => {
      this.journal.reloaded(report);
      onReload(report);
    };
  }
}

/** Lines of source above and below a fault. */
const LINES_AROUND = 4;
