// Boundary: a text without certain characters at its end, in linear time: /=+$/ takes the square of its length.

/** Takes away every `sign` at the end. */
export function withoutEnd(text: string, sign: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === sign) end -= 1;
  return text.slice(0, end);
}
