// Dialect: marks in generated code where the code of a source line begins, and the source map that they become.
import type { Place } from "../syntax/tokens.ts";

/** A mark: what follows it in its line comes from this place. No other control character is in generated code. */
export function mark({ line, column }: Place): string {
  return `\u0001${line},${column}\u0002`;
}

/** Code without its marks, and the source map (version 3, JSON) to the file `source`. */
export function withSourceMap(
  marked: string,
  source: string,
): { readonly code: string; readonly map: string } {
  const writer = new MappingWriter();
  const lines = marked.split("\n").map((line) => writer.line(line));
  const map = { version: 3, sources: [source], names: [], mappings: writer.mappings };
  return { code: lines.join("\n"), map: JSON.stringify(map) };
}

class MappingWriter {
  readonly #lines: string[] = [];
  #line = 0;
  #column = 0;

  get mappings(): string {
    return this.#lines.join(";");
  }

  /** Adds a line, and returns it without its marks. */
  line(text: string): string {
    const segments: string[] = [];
    let plain = "";
    let last = 0;
    for (const part of text.split("\u0001")) {
      const [at, code] = part.split("\u0002");
      if (code === undefined) {
        plain += part;
        continue;
      }
      segments.push(this.#segment(plain.length - last, at as string));
      last = plain.length;
      plain += code;
    }
    this.#lines.push(segments.join(","));
    return plain;
  }

  // All numbers but the first are relative to the segment before, in whatever line it is.
  #segment(generated: number, at: string): string {
    const [line = 1, column = 1] = at.split(",").map(Number);
    const text = [generated, 0, line - 1 - this.#line, column - 1 - this.#column].map(encode).join("");
    this.#line = line - 1;
    this.#column = column - 1;
    return text;
  }
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Base 64 VLQ: the sign is the lowest bit, five bits a digit, the sixth bit says that more follow.
function encode(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? digit | 32 : digit] as string;
  } while (rest > 0);
  return text;
}
