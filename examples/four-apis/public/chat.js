import { connect } from "/_parlor/client.js";

const KEPT = 200;

export const at = (id) => document.getElementById(id);

/** Adds a line to the page's log, which follows the newest line unless a reader has scrolled up. */
export function show(line, kind = "") {
  const [log, scroller] = [at("log"), at("scroller")];
  const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
  const item = document.createElement("li");
  item.textContent = line;
  item.className = kind;
  item.dataset.time = new Date().toTimeString().slice(0, 8);
  log.append(item);
  while (log.childElementCount > KEPT) log.firstElementChild.remove();
  if (isAtEnd) scroller.scrollTop = scroller.scrollHeight;
}

/**
 * A connection that comes back by itself. Calls `open(client)` and `message(data)` of `on`, and shows its state on the
 * page. Only the routes in `ws/` speak `parlor.v1`; the others are plain.
 */
export class Connection {
  #client;

  constructor(address, on) {
    const client = connect(address, { plain: !String(address).startsWith("/ws/") });
    this.#client = client;
    client.on("open", () => {
      showState("open", "Connected");
      on.open?.(client);
    });
    client.on("message", on.message);
    client.on("away", ({ code, pause }) => {
      showState("lost", `Connection lost (${code}), next try in ${Math.max(1, Math.round(pause / 1000))} s`);
    });
    client.on("closed", ({ code }) => showState("lost", `Connection closed (${code})`));
  }

  get isOpen() {
    return this.#client.state === "open";
  }

  /** Sends, if the connection is open; returns whether it was. */
  send(data) {
    return this.isOpen && this.#client.send(data);
  }
}

/** Calls back when the form is submitted; the page stays. */
export function onSubmit(id, action) {
  at(id).addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

/** Sends the text of the field by the connection, and empties the field. */
export function sendFrom(field, connection) {
  if (field.value !== "" && connection.send(field.value)) field.value = "";
  field.focus();
}

function showState(state, text) {
  at("status").dataset.state = state;
  if (at("status-text").textContent !== text) at("status-text").textContent = text;
}
