import { at, clockTime, counted, element, KeyedList, setText, timeElement } from "./dom.js";

const KINDS = { fault: "threw at", problem: "does not load, since", crash: "ended at" };

/** The last fault with its source, and the earlier ones in a list. */
export class Faults {
  #list = new KeyedList(at("fault-list"), {
    key: ({ number }) => number,
    make: () => element("li", "past"),
    update: (line, fault) => line.replaceChildren(...pastLine(fault)),
  });
  #shown = "";

  show({ shown, total }) {
    const [last, ...earlier] = shown;
    at("fault").hidden = last === undefined;
    if (last === undefined) return;
    this.#showLast(last);
    this.#list.show(earlier);
    at("fault-more").hidden = earlier.length === 0;
    const rest = total - shown.length;
    setText(at("fault-more").firstElementChild, `Earlier faults (${earlier.length}${rest > 0 ? "+" : ""})`);
  }

  #showLast(fault) {
    at("fault").dataset.state = fault.endedAt === null ? "open" : "ended";
    setText(at("fault-title"), fault.endedAt === null ? "Last fault" : "Last fault, gone");
    setText(at("fault-state"), stateText(fault));
    // Drawn again only when something else than the count has changed: a selection in it stays.
    const drawn = JSON.stringify([fault.number, fault.excerpt, fault.count, fault.endedAt]);
    if (drawn === this.#shown) return;
    this.#shown = drawn;
    at("fault-body").replaceChildren(...bodyOf(fault));
  }
}

/** `ws/chat.ts:7:13`, or the name of the script. */
export function placeText({ place, script }) {
  if (place === null) return script;
  return [place.file, place.line, place.column].filter((part) => part !== null).join(":");
}

/** The text of a fault without its stack. */
export function firstLine({ text }) {
  return text.split("\n", 1)[0].replace(/ \(session [\w-]+\)$/, "");
}

function stateText({ endedAt, count }) {
  if (endedAt !== null) return `gone since ${clockTime(endedAt)}`;
  return count > 1 ? `${count.toLocaleString("en")} times` : "once";
}

function bodyOf(fault) {
  const { script, version, code, at: first, lastAt, count, text } = fault;
  const where = element(
    "p",
    "fault-place",
    element("strong", "mono", placeText(fault)),
    ` ${KINDS[fault.kind]} `,
  );
  where.append(timeElement(lastAt), count > 1 ? ` (first at ${clockTime(first)})` : "");
  const parts = [where, element("p", "fault-text mono", firstLine(fault))];
  if (fault.excerpt !== null && fault.place !== null) parts.push(sourceOf(fault));
  const stack = text.split("\n").slice(1).join("\n");
  if (stack !== "") {
    const details = element("details", "", element("summary", "", "Stack"), element("pre", "code", stack));
    parts.push(details);
  }
  const facts = [script, version, code].filter(Boolean).join(" · ");
  parts.push(element("p", "soft small mono", facts));
  return parts;
}

// A fault that is gone needs less room.
function sourceOf(fault) {
  const frame = frameOf(fault);
  return fault.endedAt === null ? frame : element("details", "", element("summary", "", "Source"), frame);
}

function frameOf({ excerpt: { first, lines }, place }) {
  const frame = element("pre", "code frame");
  frame.tabIndex = 0;
  frame.setAttribute("aria-label", `${place.file}, line ${place.line}`);
  for (const [index, line] of lines.entries()) {
    const number = first + index;
    const isIt = number === place.line;
    const label = element("span", "number", String(number));
    const row = element("span", isIt ? "row here" : "row", label, line === "" ? " " : line);
    frame.append(row);
    if (isIt && place.column !== null) frame.append(caretOf(line, place.column));
  }
  return frame;
}

// Tabs stay tabs, so that the caret stands below its column.
function caretOf(line, column) {
  const space = line.slice(0, column - 1).replace(/[^\t]/g, " ");
  const caret = element("span", "row caret", element("span", "number", "\u00a0"), `${space}^`);
  caret.setAttribute("aria-hidden", "true");
  return caret;
}

function pastLine(fault) {
  const state =
    fault.endedAt === null ? counted(fault.count, "time") : `gone since ${clockTime(fault.endedAt)}`;
  return [
    timeElement(fault.lastAt),
    element("strong", "mono", placeText(fault)),
    element("span", "", firstLine(fault)),
    element("span", "soft", state),
  ];
}
