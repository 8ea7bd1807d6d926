export const NAME_LENGTH = 24;
export const TEXT_LENGTH = 2000;

// Invisible characters, except the line break and the joiner that many emoji contain.
const INVISIBLE = /(?![\n\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A typed text without invisible characters and surrounding space, at most `length` characters long. */
export function tidy(text: string, length: number): string {
  const visible = text.replace(/\t/g, "  ").replace(INVISIBLE, "").trim();
  return [...visible].slice(0, length).join("").trim();
}

/** A name that fits on one line; `""` if nothing readable is left. */
export function tidyName(text: string): string {
  return tidy(text.replace(/[\s\u200d]+/g, " "), NAME_LENGTH);
}

/** The name itself, or the name with a number if another person in the room has it: "Ada 2". */
export function freeName(name: string, taken: Iterable<string>): string {
  const used = new Set([...taken].map((other) => other.toLowerCase()));
  if (!used.has(name.toLowerCase())) return name;
  for (let n = 2; ; n++) {
    const candidate = `${name} ${n}`;
    if (!used.has(candidate.toLowerCase())) return candidate;
  }
}
