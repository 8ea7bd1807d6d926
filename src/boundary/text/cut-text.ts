// Boundary: cuts text that comes from clients, for errors and log lines.

/** The text, or its beginning if it has more than `longest` characters. */
export function cutText(text: string, longest = 200): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}… (${text.length} characters)`;
}
