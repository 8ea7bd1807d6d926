import { hexDump, parseBase64, parseHex, toBase64 } from "./bytes.js";
import { announce, button, element, setText, timeElement } from "./dom.js";
import { meaningOf } from "./meanings.js";

const KEPT = 300;
const LONGEST = 4000;
const HUES = [162, 28, 265, 338, 205, 92, 12, 300, 180, 48, 240, 320];

/** A client with its own connection and its own place on the page. */
export class Client {
  number;
  script;
  isOpen = false;
  sent = 0;
  #address;
  #protocols;
  #on;
  #socket = null;
  #parts;
  #waiting = [];
  #dropped = 0;
  #history = [];

  /** `target`: the address, the subprotocols and the script's name; `on.change()` and `on.remove()` are called. */
  constructor(number, target, on) {
    this.number = number;
    this.script = target.script;
    this.#address = target.address;
    this.#protocols = target.protocols;
    this.#on = on;
    this.#parts = this.#build();
    this.connect();
  }

  get element() {
    return this.#parts.pane;
  }

  get path() {
    return this.#address.replace(/^ws:\/\/[^/]*/, "");
  }

  connect() {
    const { text } = this.#parts;
    this.#show("connecting", "connecting");
    let socket;
    try {
      socket = new WebSocket(this.#address, this.#protocols);
    } catch (error) {
      this.#show("closed", "not connected");
      return this.#add("event bad", `The browser refuses: ${error.message}`);
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    const at = performance.now();
    socket.addEventListener("open", () => this.#opened(socket, performance.now() - at));
    socket.addEventListener("message", ({ data }) => this.#received(data));
    socket.addEventListener("close", (event) => this.#closed(event));
    text.focus({ preventScroll: true });
  }

  close(code, reason) {
    if (code === undefined) this.#socket?.close();
    else this.#socket?.close(code, reason);
  }

  /** A line about the server, such as a reload. */
  note(text, kind = "") {
    this.#add(`event ${kind}`, text);
  }

  remove() {
    this.#socket?.close(1000);
    this.element.remove();
    this.#on.remove(this);
  }

  #opened({ protocol }, took) {
    this.isOpen = true;
    this.#show("open", "open");
    const chosen = protocol === "" ? "" : `, subprotocol ${protocol}`;
    this.#add("event good", `Connected in ${took.toFixed(0)} ms${chosen}`);
    this.#on.change();
  }

  #received(data) {
    this.#add("in", typeof data === "string" ? data : new Uint8Array(data));
  }

  #closed({ code, reason, wasClean }) {
    const wasOpen = this.isOpen;
    this.isOpen = false;
    this.#show("closed", wasOpen ? `closed ${code}` : "not connected");
    const meaning = meaningOf(code);
    const parts = [`code ${code}`, meaning, reason === "" ? "" : `reason "${reason}"`].filter(Boolean);
    const why = "The server refused the handshake; a browser does not show why. The log has the reason.";
    this.#add(`event ${wasClean ? "" : "bad"}`, wasOpen ? `Closed: ${parts.join(", ")}` : why);
    announce(`Client ${this.number} is closed`);
    this.#on.change();
  }

  #send() {
    const { text, format, problem } = this.#parts;
    setText(problem, "");
    try {
      const read = { text: String, hex: parseHex, base64: parseBase64 }[format.value];
      const data = read(text.value);
      if (!this.isOpen) throw new Error("This client is not connected.");
      this.#socket.send(data);
      this.sent += 1;
      this.#add("out", data);
      this.#history.push(text.value);
      text.value = "";
      this.#on.change();
    } catch (error) {
      setText(problem, error.message);
    }
    text.focus();
  }

  #show(state, label) {
    const { pane, state: shown, send, reconnect, closing } = this.#parts;
    pane.dataset.state = state;
    setText(shown, label);
    send.disabled = state !== "open";
    reconnect.hidden = state !== "closed";
    closing.hidden = state === "closed";
  }

  // A frame of the page at a time: a busy room would otherwise hold up the page.
  #add(kind, content) {
    if (this.#waiting.length === 0) requestAnimationFrame(() => this.#flush());
    this.#waiting.push({ kind, content, at: Date.now() });
    if (this.#waiting.length > KEPT) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
  }

  #flush() {
    const { log, entries, left } = this.#parts;
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    entries.append(...this.#waiting.splice(0).map(entryOf));
    while (entries.childElementCount > KEPT) {
      entries.firstElementChild.remove();
      this.#dropped += 1;
    }
    left.hidden = this.#dropped === 0;
    setText(left, `${this.#dropped.toLocaleString("en")} earlier entries are not shown`);
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  }

  #build() {
    const name = `Client ${this.number}`;
    const pane = element("section", "card pane");
    pane.setAttribute("aria-label", name);
    pane.style.setProperty("--hue", String(HUES[(this.number - 1) % HUES.length]));
    const state = element("span", "chip");
    const reconnect = button("quiet", "Reconnect", () => this.connect());
    const closing = closeForm(name, (code, reason) => this.close(code, reason));
    const remove = button("quiet", "×", () => this.remove());
    remove.setAttribute("aria-label", `Remove ${name.toLowerCase()}`);
    const path = element("code", "path", this.path);
    path.title = this.#address;
    const title = element("h3", "", element("i", "dot"), name);
    const head = element(
      "header",
      "pane-head",
      title,
      state,
      element("span", "gap"),
      closing,
      reconnect,
      remove,
    );
    const entries = element("ol", "plain");
    const log = element("div", "log", entries);
    log.setAttribute("role", "log");
    log.setAttribute("aria-label", `Messages of ${name.toLowerCase()}`);
    log.setAttribute("aria-live", "off");
    log.tabIndex = 0;
    const left = element("p", "soft small left");
    left.hidden = true;
    const { form, ...fields } = this.#composer(name);
    pane.append(head, path, left, log, form);
    // Only the client that a person works with is read out.
    pane.addEventListener("focusin", () => log.setAttribute("aria-live", "polite"));
    pane.addEventListener("focusout", () => log.setAttribute("aria-live", "off"));
    return { pane, state, reconnect, closing, log, entries, left, ...fields };
  }

  #composer(name) {
    const text = element("textarea", "");
    text.rows = 1;
    text.placeholder = "Message";
    text.setAttribute("aria-label", `Message of ${name.toLowerCase()}`);
    const format = element("select", "", ...["text", "hex", "base64"].map(optionOf));
    format.setAttribute("aria-label", `Format of the message of ${name.toLowerCase()}`);
    const send = element("button", "primary", "Send");
    const problem = element("p", "help");
    problem.setAttribute("role", "status");
    const form = element("form", "composer", text, format, send, problem);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    text.addEventListener("keydown", (event) => this.#onKey(event, text));
    format.addEventListener("change", () => (text.placeholder = HINTS[format.value]));
    return { form, text, format, send, problem };
  }

  #onKey(event, text) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && text.value === "" && this.#history.length > 0) {
      event.preventDefault();
      text.value = this.#history.at(-1);
    }
  }
}

const HINTS = { text: "Message", hex: "48 65 6c 6c 6f", base64: "SGVsbG8=" };

function optionOf(name) {
  const made = element("option", "", name);
  made.value = name;
  return made;
}

function closeForm(name, close) {
  const code = element("input", "mono");
  code.type = "number";
  code.value = "1000";
  code.setAttribute("aria-label", `Close code of ${name.toLowerCase()}`);
  const reason = element("input", "");
  reason.placeholder = "reason";
  reason.setAttribute("aria-label", `Close reason of ${name.toLowerCase()}`);
  const problem = element("p", "help");
  problem.setAttribute("role", "status");
  const form = element("form", "close-form", code, reason, element("button", "primary", "Close"), problem);
  const summary = element("summary", "quiet", "Close…");
  summary.setAttribute("aria-label", `Close ${name.toLowerCase()} with a code`);
  const details = element("details", "closing", summary, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = Number(code.value);
    const isAllowed = wanted === 1000 || (wanted >= 3000 && wanted <= 4999);
    const isShort = new TextEncoder().encode(reason.value).length <= 123;
    setText(problem, isAllowed ? "" : "A browser may send 1000, or 3000 to 4999.");
    if (isAllowed && !isShort) setText(problem, "A reason has 123 bytes at most.");
    if (!isAllowed || !isShort) return;
    details.open = false;
    close(wanted, reason.value);
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    summary.focus();
  });
  return details;
}

const SIGNS = { in: ["←", "received"], out: ["→", "sent"], event: ["•", ""] };

function entryOf({ kind, content, at }) {
  const [sign, spoken] = SIGNS[kind.split(" ", 1)[0]];
  const arrow = element("span", "sign", sign);
  arrow.setAttribute("aria-hidden", "true");
  const made = element("li", `entry ${kind}`, timeElement(at, true), arrow);
  if (spoken !== "") made.append(element("span", "hidden", `${spoken}: `));
  made.append(typeof content === "string" ? textOf(content) : bytesOf(content));
  return made;
}

function textOf(text) {
  const isJson = /^\s*[[{]/.test(text);
  const shown = element("span", isJson ? "text json" : "text", text.slice(0, LONGEST));
  if (text === "") shown.append(element("em", "soft", "empty text"));
  const rest = text.length - LONGEST;
  if (rest > 0) shown.append(element("em", "soft", ` … ${rest.toLocaleString("en")} more characters`));
  return shown;
}

function bytesOf(bytes) {
  const dump = element("pre", "", hexDump(bytes));
  const base64 = element("code", "soft", toBase64(bytes));
  const size = element(
    "em",
    "soft",
    `${bytes.length.toLocaleString("en")} ${bytes.length === 1 ? "byte" : "bytes"} `,
  );
  return element("div", "text bytes", size, dump, base64);
}
