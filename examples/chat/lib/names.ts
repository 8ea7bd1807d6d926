export const NAME_LENGTH = 24;
export const TEXT_LENGTH = 2000;

// Everything that shows nothing, but for the line break and the joiner that many emoji are made with.
const INVISIBLE = /(?![\n\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What a person typed, without invisible characters and outer space, at most `length` characters long. */
export function tidy(text: string, length: number): string {
  const visible = text.replace(/\t/g, "  ").replace(INVISIBLE, "").trim();
  return [...visible].slice(0, length).join("").trim();
}

/** A name that fits on one line; `""` if nothing readable is left. */
export function tidyName(text: string): string {
  return tidy(text.replace(/[\s\u200d]+/g, " "), NAME_LENGTH);
}

/** The name itself, or with a number behind it if somebody in the room has it already: "Ada 2". */
export function freeName(name: string, taken: Iterable<string>): string {
  const used = new Set([...taken].map((other) => other.toLowerCase()));
  if (!used.has(name.toLowerCase())) return name;
  for (let n = 2; ; n++) {
    const candidate = `${name} ${n}`;
    if (!used.has(candidate.toLowerCase())) return candidate;
  }
}
