// Dialect: lists all dialects.
import type { Dialect } from "../host/api/dialect.ts";
import { bolt } from "./bolt/index.ts";
import { diesel } from "./diesel/index.ts";
import { dirigible } from "./dirigible/index.ts";
import { scripting } from "./scripting/index.ts";

/** Every published API that scripts can be written in, by name. */
export const dialects: ReadonlyMap<string, Dialect> = new Map(
  [diesel, scripting, bolt, dirigible].map((dialect) => [dialect.name, dialect]),
);
