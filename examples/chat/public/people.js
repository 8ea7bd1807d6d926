/** An element with a class, holding texts or other elements. Texts stay texts: nothing is parsed as HTML. */
export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

/** A round avatar for a name: its initials on a colour that depends on the name. */
export function avatar(name) {
  const face = element("span", "avatar", initials(name));
  face.style.setProperty("--hue", String(hue(name)));
  face.setAttribute("aria-hidden", "true");
  return face;
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? "?"];
  return letters.map((word) => [...word][0].toUpperCase()).join("");
}

function hue(name) {
  let sum = 7;
  for (const c of name.toLowerCase()) sum = (sum * 31 + c.codePointAt(0)) % 3600;
  return sum / 10;
}

/** The live list of the people in the room. */
export class People {
  #list;
  #count;
  #known = new Map();
  #you = null;

  constructor(list, count) {
    this.#list = list;
    this.#count = count;
  }

  get others() {
    return [...this.#known.values()].filter((person) => person.id !== this.#you?.id);
  }

  reset(you, people) {
    this.#you = you;
    this.#known = new Map(people.map((person) => [person.id, person]));
    this.#draw();
  }

  /** Who is there is not known while the connection is lost. What has changed meanwhile is reported afterwards. */
  unknown() {
    this.#list.replaceChildren();
    this.#count.textContent = "–";
  }

  known() {
    this.#draw();
  }

  add(person) {
    this.#known.set(person.id, person);
    this.#draw();
  }

  remove(person) {
    this.#known.delete(person.id);
    this.#draw();
  }

  #draw() {
    const own = (person) => person.id === this.#you?.id;
    const sorted = [...this.#known.values()].toSorted(
      (a, b) => Number(own(b)) - Number(own(a)) || a.name.localeCompare(b.name),
    );
    this.#list.replaceChildren(...sorted.map((person) => row(person, own(person))));
    this.#count.textContent = String(sorted.length);
  }
}

function row(person, own) {
  const made = element("li", "", avatar(person.name), element("span", "", person.name));
  if (own || person.away) made.append(element("small", "", own ? "you" : "away"));
  return made;
}
