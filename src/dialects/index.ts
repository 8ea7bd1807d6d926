import type { Dialect } from "../core/dialect.ts";
import { diesel } from "./diesel/index.ts";
import { scripting } from "./scripting/index.ts";

/** Every published API that scripts can be written in, by name. */
export const dialects: ReadonlyMap<string, Dialect> = new Map(
  [diesel, scripting].map((dialect) => [dialect.name, dialect]),
);
