// Host: the source maps of what dialects compile, by the names in stacks.

/** Keeps the map of one version of each file: a name is `FILE?v=VERSION`. */
export class CompiledMaps {
  /** By file. */
  readonly #maps = new Map<string, CompiledMap>();

  /** A file has been compiled, with this map; without one it was compiled as it is. */
  set(name: string, map: string | undefined): void {
    if (map === undefined) this.#maps.delete(fileOf(name));
    else this.#maps.set(fileOf(name), { name, map });
  }

  /** The map of what was compiled under this name; undefined for earlier versions. */
  get(name: string): string | undefined {
    const known = this.#maps.get(fileOf(name));
    return known?.name === name ? known.map : undefined;
  }
}

interface CompiledMap {
  readonly name: string;
  readonly map: string;
}

function fileOf(name: string): string {
  return name.replace(/\?v=[\da-f]*$/, "");
}
