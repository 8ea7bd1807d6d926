/** How many earlier entries a report shows. */
const EARLIER = 12;

interface Entry {
  readonly at: number;
  readonly route: string;
  readonly text: string;
}

/** Faults, reloads and observations with their times, for the report of a failure. */
export class History {
  readonly #start = performance.now();
  readonly #entries: Entry[] = [];

  add(route: string, text: string): void {
    this.#entries.push({ at: performance.now() - this.#start, route, text });
  }

  /** The first entry of each route that matches, with the entries that led to it. */
  report(pattern: RegExp): string {
    const odd = this.#entries.filter(({ text }) => pattern.test(text));
    const first = [...new Set(odd.map(({ route }) => route))].map((name) => {
      return odd.find(({ route }) => route === name) as Entry;
    });
    return [
      `${odd.length} times, of each route the first:`,
      ...first.map((entry) => this.#around(entry)),
    ].join("\n");
  }

  #around(odd: Entry): string {
    const at = this.#entries.indexOf(odd);
    const earlier = this.#entries.slice(0, at).filter(({ route }) => route === odd.route);
    return [...earlier.slice(-EARLIER), odd]
      .map(
        ({ at: ms, route, text }) => `  ${(ms / 1000).toFixed(3).padStart(8)} s  ${route.padEnd(13)} ${text}`,
      )
      .join("\n");
  }
}
