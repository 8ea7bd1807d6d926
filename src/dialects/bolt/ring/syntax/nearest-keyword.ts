// Dialect: finds the keyword that a misspelt word resembles.
import { keywords } from "./tokens.ts";

/** The keyword that `word` resembles most: one letter is wrong, missing, too much, or two are swapped. Null if none does. */
export function nearestKeyword(word: string, among: Iterable<string> = keywords): string | null {
  if (word.length < 2) return null;
  for (const keyword of among) if (keyword.length > 1 && isNear(word, keyword)) return keyword;
  return null;
}

function isNear(word: string, keyword: string): boolean {
  let start = 0;
  while (start < word.length && word[start] === keyword[start]) start += 1;
  const rest = word.slice(start);
  const wanted = keyword.slice(start);
  // Short words that only begin alike are other words.
  if (rest.slice(1) === wanted) return true;
  if (rest === wanted.slice(1)) return word.length > 1;
  if (rest.slice(1) === wanted.slice(1)) return word.length > 2;
  return rest[0] === wanted[1] && rest[1] === wanted[0] && rest.slice(2) === wanted.slice(2);
}
