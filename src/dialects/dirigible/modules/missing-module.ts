// Dialect: the error for a module that does not exist: what there is instead.
import { byLikeness, nearest } from "../../../boundary/text/nearest.ts";
import { PUBLISHED_MODULES } from "../api/published-modules.ts";
import { cutText } from "../../../boundary/text/cut-text.ts";
import { candidatesText, pathFrom, plainId } from "../registry/module-path.ts";
import type { ModuleRegistry } from "../registry/module-registry.ts";

/** `whole` starts the error's text: which file asks, and for what. */
export function missingModule(
  registry: ModuleRegistry,
  whole: string,
  { id, from = null }: WantedModule,
): Error {
  const what = cutText(whole, LONGEST);
  const path = pathFrom(id, from);
  if (path === null) return new Error(`${what}: the path lies outside of the registry`);
  const isRelative = /^\.\.?(?:\/|$)/.test(id);
  const known = [...registry.ids, ...(isRelative || from === null ? [] : PUBLISHED_MODULES.keys())];
  const meant = nearest(plainId(path), known);
  const hint = meant === null ? "" : `; did you mean "${meant}"?`;
  return new Error(
    `${what}: there is no ${registry.nameOf(candidatesText(cutText(path)))}${hint}${listed(path, known)}`,
  );
}

/** A module's id, and the file that asks for it; null for a handler, which cannot be a published module. */
interface WantedModule {
  readonly id: string;
  readonly from?: string | null;
}

/** Of the error's start, characters: a client may have named the module. */
const LONGEST = 400;

/** The number that is listed. */
const LISTED = 12;

function listed(path: string, known: readonly string[]): string {
  if (known.length === 0) return "; the registry has no modules";
  const names = byLikeness(path, known);
  const more = names.length > LISTED ? `, and ${names.length - LISTED} more` : "";
  return ` (modules, nearest first: ${names.slice(0, LISTED).join(", ")}${more})`;
}
