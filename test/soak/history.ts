/** How many entries tell what led to one. */
const BEFORE = 12;

interface Entry {
  readonly at: number;
  readonly route: string;
  readonly text: string;
}

/** What was done and what was seen, with the time, so that a failure can be told. */
export class History {
  readonly #start = performance.now();
  readonly #entries: Entry[] = [];

  add(route: string, text: string): void {
    this.#entries.push({ at: performance.now() - this.#start, route, text });
  }

  /** Of each route the first entry that matches, with what was done to the route before it. */
  tell(pattern: RegExp): string {
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
    return [...earlier.slice(-BEFORE), odd]
      .map(
        ({ at: ms, route, text }) => `  ${(ms / 1000).toFixed(3).padStart(8)} s  ${route.padEnd(13)} ${text}`,
      )
      .join("\n");
  }
}
