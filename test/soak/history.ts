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

  /** The first entries that match, each with what was done to its route before it. */
  tell(pattern: RegExp, { first = 5, before = 8 } = {}): string {
    const odd = this.#entries.filter(({ text }) => pattern.test(text)).slice(0, first);
    return odd.map((entry) => this.#around(entry, before)).join("\n--\n");
  }

  #around(odd: Entry, before: number): string {
    const at = this.#entries.indexOf(odd);
    const earlier = this.#entries.slice(0, at).filter(({ route }) => route === odd.route || route === "");
    return [...earlier.slice(-before), odd]
      .map(
        ({ at: ms, route, text }) => `  ${(ms / 1000).toFixed(3).padStart(8)} s  ${route.padEnd(13)} ${text}`,
      )
      .join("\n");
  }
}
