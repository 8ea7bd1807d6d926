// CLI: a server that finds in its settings that several processes are to serve the app.

/** The app's settings ask for several fronts: this process cannot be one of them, and starts them instead. */
export class FrontsWanted extends Error {
  override readonly name = "FrontsWanted";
  readonly count: number;

  constructor(count: number) {
    super(`${count} fronts`);
    this.count = count;
  }
}

/** @throws FrontsWanted if the settings ask for more than one. */
export function refuseFronts({ fronts }: { readonly fronts: number }): void {
  if (fronts > 1) throw new FrontsWanted(fronts);
}
