// Server: names in a document that were made of others, such as of routes.

/** Gives a name a number if another one has become the same: `ws_a_b`, `ws_a_b_2`. */
export class UniqueNames {
  readonly #taken = new Set<string>();

  of(name: string): string {
    let unique = name;
    for (let number = 2; this.#taken.has(unique); number++) unique = `${name}_${number}`;
    this.#taken.add(unique);
    return unique;
  }
}
