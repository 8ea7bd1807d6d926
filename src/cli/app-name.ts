import { builtinModules } from "node:module";

const legal = /^[a-z0-9-][a-z0-9._-]*$/;
const longest = 214;
const taken = new Set([...builtinModules, "node_modules", "favicon.ico", "parlor"]);

/** What is wrong with an app's name, in words that follow it, or null. It becomes a folder and a package's name. */
export function nameProblem(name: string): string | null {
  if (taken.has(name)) return "is a name that npm keeps for something else: choose another";
  if (name.length > longest) return `is longer than npm's ${longest} characters: choose a shorter one`;
  if (legal.test(name)) return null;
  const better = legalised(name);
  const rule = "is no name for an app (small letters, digits, - . _, and no path)";
  return better === null ? `${rule}: choose another` : `${rule}: did you mean ${better}?`;
}

function legalised(name: string): string | null {
  const last =
    name
      .split(/[\\/]+/)
      .filter((part) => /[^.]/.test(part))
      .at(-1) ?? "";
  const plain = last.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const better = plain.replace(/[^a-z0-9._-]+/g, "-").replace(/^[._-]+|[._-]+$/g, "");
  return legal.test(better) && !taken.has(better) ? better : null;
}
