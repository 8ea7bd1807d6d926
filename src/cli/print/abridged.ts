// CLI: shortens a text to the width that a terminal has for it.

/** Returns the text if it fits in `width` columns of a terminal; else with an ellipsis, at its end or in its middle. */
export function abridged(text: string, width: number, at: "end" | "middle" = "end"): string {
  if (displayWidth(text) <= width) return text;
  if (width <= ELLIPSIS.length) return headOf(text, width);
  const room = width - ELLIPSIS.length;
  const tail = at === "end" ? 0 : Math.floor(room / 2);
  return headOf(text, room - tail) + ELLIPSIS + tailOf(text, tail);
}

/** How many columns of a terminal a text takes: two for a wide character, none for an accent of its own. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

function headOf(text: string, width: number): string {
  let [head, left] = ["", width];
  for (const character of text) {
    left -= widthOf(character);
    if (left < 0) break;
    head += character;
  }
  return head;
}

function tailOf(text: string, width: number): string {
  let [tail, left] = ["", width];
  for (const character of [...text].reverse()) {
    left -= widthOf(character);
    if (left < 0) break;
    tail = character + tail;
  }
  return tail;
}

function widthOf(character: string): number {
  if (character < FIRST_UNUSUAL) return 1;
  if (NARROWEST.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

const ELLIPSIS = "...";
const FIRST_UNUSUAL = "\u0300";
const NARROWEST = /\p{Mark}|\p{Format}/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
