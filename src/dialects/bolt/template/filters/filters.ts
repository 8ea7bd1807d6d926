// Dialect: the filters of templates, as in `{{ name | upper }}`.
import { listFilters } from "./list-filters.ts";
import { textFilters } from "./text-filters.ts";
import { valueFilters } from "./value-filters.ts";
import type { Filter } from "../values/values.ts";

/** Published names of MiniJinja. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map(
  Object.entries({ ...textFilters, ...listFilters, ...valueFilters }),
);
