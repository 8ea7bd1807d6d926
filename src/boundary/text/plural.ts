// Boundary: counts in the singular or the plural.

/** `plural(1, "problem")` is `1 problem`; `plural(2, "problem")` is `2 problems`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
