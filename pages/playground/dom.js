/** The element with this id. */
export function at(id) {
  return document.getElementById(id);
}

/** An element with a class, holding texts or other elements. Texts stay texts: nothing is parsed as HTML. */
export function element(tag, className = "", ...content) {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...content);
  return made;
}

/** A button that does something when it is pressed. */
export function button(className, text, action) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

/** Sets a text only if it differs, so that a selection in it stays. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * A list whose elements are kept by key: an entry that stays keeps its element, with its focus and its selection.
 * `make(entry)` returns the element, `update(element, entry)` shows a newer state of the entry.
 */
export class KeyedList {
  #list;
  #parts;
  #known = new Map();

  constructor(list, parts) {
    this.#list = list;
    this.#parts = parts;
  }

  show(entries) {
    const { key, make, update } = this.#parts;
    const next = new Map();
    for (const entry of entries) {
      const name = key(entry);
      const known = this.#known.get(name) ?? make(entry);
      update?.(known, entry);
      next.set(name, known);
    }
    for (const [name, known] of this.#known) if (!next.has(name)) known.remove();
    let place = this.#list.firstChild;
    for (const known of next.values()) {
      if (known === place) place = place.nextSibling;
      else this.#list.insertBefore(known, place);
    }
    this.#known = next;
  }
}

/** `10:42:07` in the day's 24 hours; with milliseconds, `10:42:07.123`. */
export function clockTime(at, withMs = false) {
  const date = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  const seconds = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return withMs ? `${seconds}.${String(date.getMilliseconds()).padStart(3, "0")}` : seconds;
}

/** A `<time>` element. */
export function timeElement(at, withMs = false) {
  const made = element("time", "mono", clockTime(at, withMs));
  made.dateTime = new Date(at).toISOString();
  made.title = new Date(at).toLocaleString();
  return made;
}

/** `1 client`, `2 clients`, with separators in large numbers. */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** Reads a text for a screen reader. */
export function announce(text) {
  setText(at("announce"), text);
}
