// Base: makes text from elsewhere safe to print.

/**
 * Returns the text on one line, harmless to a terminal: a log line can contain what a client sent, which must not move
 * the cursor, set the title or forge a second line. Colours are kept if `colors` is true, and removed otherwise.
 */
export function visible(text: string, colors = false): string {
  const line = text.replace(unsafe, (found) => {
    if (found.length > 1) return colors ? found : "";
    return escaped(found);
  });
  return colors && line.includes("\u001b[") ? `${line}\u001b[0m` : line;
}

const unsafe =
  // oxlint-disable-next-line no-control-regex -- finding control characters is its purpose
  /\u001b\[[\d;]*m|[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
}
