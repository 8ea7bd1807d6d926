// CLI: checks the name of a new app.
import { builtinModules } from "node:module";

/**
 * Returns why an app cannot have this name, worded so that it follows the name, or null. The name becomes the name of a
 * folder and of a package.
 */
export function nameProblem(name: string): string | null {
  if (reserved.has(name)) return "is a name that npm reserves; choose another";
  if (name.length > longest) return `is longer than npm's ${longest} characters; choose a shorter one`;
  if (valid.test(name)) return null;
  const suggestion = suggestedName(name);
  const rule = 'is not a valid app name (lowercase letters, digits, "-", ".", "_")';
  return suggestion === null ? `${rule}; choose another` : `${rule}; did you mean ${suggestion}?`;
}

const valid = /^[a-z0-9-][a-z0-9._-]*$/;
const longest = 214;
const reserved = new Set([...builtinModules, "node_modules", "favicon.ico", "parlor"]);

/** The nearest valid name, or null if none is near. */
export function suggestedName(name: string): string | null {
  const last =
    name
      .split(/[\\/]+/)
      .filter((part) => /[^.]/.test(part))
      .at(-1) ?? "";
  const plain = last.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const suggestion = plain.replace(/[^a-z0-9._-]+/g, "-").replace(/^[._-]+|[._-]+$/g, "");
  return valid.test(suggestion) && !reserved.has(suggestion) ? suggestion : null;
}
