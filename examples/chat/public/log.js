import { avatar, element } from "/people.js";

const GROUPED_WITHIN = 5 * 60_000;
const KEPT = 500;
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The conversation on the page. It follows the newest message unless the reader has scrolled away from it. */
export class Log {
  #list;
  #scroller;
  #newer;
  #seen = new Set();
  #last = null;

  constructor(list, scroller, newer) {
    this.#list = list;
    this.#scroller = scroller;
    this.#newer = newer;
    newer.addEventListener("click", () => this.follow());
    scroller.addEventListener("scroll", () => this.#atEnd() && (newer.hidden = true), { passive: true });
    new ResizeObserver(() => newer.hidden && this.follow()).observe(scroller);
  }

  get isEmpty() {
    return this.#seen.size === 0;
  }

  /** Adds a message, unless it is already shown: after a reconnection the server sends the latest ones again. */
  message({ id, from, text, at }, mine) {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    const first = this.#last?.from !== from.id || at - this.#last.at > GROUPED_WITHIN;
    const made = element("li", `message fresh${mine ? " mine" : ""}${first ? " first" : ""}`);
    if (first && !mine) made.append(avatar(from.name));
    if (first) made.append(element("header", "", mine ? "You" : from.name, time(at)));
    made.append(element("p", "", ...linked(text)));
    this.#append(made, mine);
    this.#last = { from: from.id, at };
    return true;
  }

  announcement({ id, text, at }) {
    this.#seen.add(id);
    this.#append(
      element(
        "li",
        "announcement fresh",
        element("strong", "", "Announcement "),
        time(at),
        element("small", "", " to all who are here now"),
        "\n",
        text,
      ),
    );
    this.#last = null;
  }

  notice(text, at) {
    this.#append(element("li", "notice fresh", `${text} `, time(at)));
    this.#last = null;
  }

  follow() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#newer.hidden = true;
  }

  #append(made, always) {
    const follow = always || this.#atEnd();
    this.#list.append(made);
    while (this.#list.childElementCount > KEPT) this.#list.firstElementChild.remove();
    if (follow) this.follow();
    else this.#newer.hidden = false;
  }

  #atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < 48;
  }
}

function time(at) {
  const date = new Date(at);
  const made = element("time", "", clock.format(date));
  made.dateTime = date.toISOString();
  made.title = date.toLocaleString();
  return made;
}

function linked(text) {
  return text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]'])/g)
    .map((part, n) => (n % 2 ? link(part) : part));
}

function link(address) {
  const made = element("a", "", address);
  made.href = address;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}
