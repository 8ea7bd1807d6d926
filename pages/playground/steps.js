import { at, element, setText } from "./dom.js";

const KEY = "parlor-playground-steps";

/** The first steps of a newcomer, each checked off when it is done. */
export class Steps {
  #done = new Set();
  #script = "";
  #drawn = "";

  constructor() {
    at("next-hide").addEventListener("click", () => {
      localStorage.setItem(KEY, "hidden");
      this.#draw();
    });
  }

  /** `script`: the one to edit; empty if the app has none. */
  show(script) {
    this.#script = script;
    this.#draw();
  }

  done(step) {
    if (this.#done.has(step)) return;
    this.#done.add(step);
    this.#draw();
  }

  #draw() {
    const isShown = this.#script !== "" && localStorage.getItem(KEY) !== "hidden";
    at("next").hidden = !isShown;
    if (!isShown) return;
    const steps = stepsFor(this.#script);
    const current = steps.find(({ name }) => !this.#done.has(name))?.name ?? "";
    const drawn = JSON.stringify([this.#script, [...this.#done]]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    at("steps").replaceChildren(...steps.map((step) => this.#lineOf(step, current)));
    at("steps-next").hidden = current !== "";
    setText(at("next-title"), current === "" ? "That is all it takes" : "First steps");
  }

  #lineOf({ name, parts }, current) {
    const isDone = this.#done.has(name);
    const line = element("li", isDone ? "done" : name === current ? "current" : "");
    const mark = element("span", "mark", isDone ? "✓" : "");
    mark.setAttribute("aria-hidden", "true");
    line.append(mark, element("span", "", ...parts));
    if (isDone) line.append(element("span", "hidden", " (done)"));
    if (name === current) line.setAttribute("aria-current", "step");
    return line;
  }
}

function stepsFor(script) {
  return [
    { name: "connect", parts: ["Connect a client to a route."] },
    { name: "second", parts: ["Connect a second client."] },
    { name: "send", parts: ["Send a message, and see who gets it."] },
    {
      name: "save",
      parts: [
        "Edit ",
        element("code", "", script),
        " and save. It is reloaded, and both clients stay connected.",
      ],
    },
  ];
}
