import { sleep } from "../figures.ts";
import type { History } from "../history.ts";
import type { Random } from "../random.ts";
import type { ServedApp } from "../served-app.ts";
import { badScripts, changed, fileOf, firstShape, nameOf, scriptOf, type Shape } from "./shapes.ts";

/** Saves the script of one route again and again, each time in another shape; one save in six does not load. */
export class Saver {
  readonly route: string;
  /** The version that was saved last. */
  version = 0;
  count = 0;
  bad = 0;
  #shape: Shape = firstShape;
  readonly #app: ServedApp;
  readonly #random: Random;
  readonly #history: History;

  constructor(app: ServedApp, route: string, how: { readonly random: Random; readonly history: History }) {
    this.#app = app;
    this.route = route;
    this.#random = how.random;
    this.#history = how.history;
  }

  /** The app's files before the first save. */
  static files(route: string): Record<string, string> {
    return { [fileOf(route, firstShape)]: scriptOf(route, firstShape, 0) };
  }

  async run(until: number, every: number): Promise<void> {
    while (performance.now() < until) {
      if (this.#random.below(6) === 0) await this.#saveBad();
      else await this.save();
      await sleep(this.#random.below(every));
    }
  }

  /** Saves the next version, which loads. */
  async save(): Promise<void> {
    const next = changed(this.#shape, this.#random);
    this.version += 1;
    this.count += 1;
    this.#history.add(this.route, `save ${this.version}: ${nameOf(next)}`);
    await this.#replace(next, scriptOf(this.route, next, this.version));
    this.#shape = next;
  }

  // The file keeps its place: a save that does not load changes nothing.
  async #saveBad(): Promise<void> {
    const text = this.#random.pick(badScripts(this.route, this.#shape, this.version + 1));
    this.bad += 1;
    this.#history.add(this.route, `save, bad: ${text.slice(-50).replaceAll("\n", " ")}`);
    this.#app.write(fileOf(this.route, this.#shape), text);
    await sleep(this.#random.below(1500));
  }

  async #replace(next: Shape, text: string): Promise<void> {
    const [from, to] = [fileOf(this.route, this.#shape), fileOf(this.route, next)];
    const isRenamed = from !== to;
    if (isRenamed && this.#random.below(2) === 0) this.#app.remove(from);
    // Between the two, the route has no file, as while a version control system changes the folder.
    if (isRenamed) await sleep(this.#random.below(40));
    if (this.#random.below(2) === 0) this.#app.write(to, text);
    else this.#app.writeByRename(to, text);
    if (isRenamed) this.#app.remove(from);
  }
}
