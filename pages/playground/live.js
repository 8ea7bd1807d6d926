const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

/**
 * The state of the server, as `/_parlor/events` sends it: a snapshot, then the sections that have changed. Reconnects by
 * itself. Calls `change(state, names)` and `status(text)` of its listener.
 */
export class Live {
  #listener;
  #state = null;
  #failures = 0;

  constructor(listener) {
    this.#listener = listener;
    this.#connect();
  }

  #connect() {
    const socket = new WebSocket(new URL("/_parlor/events", location.href.replace(/^http/, "ws")));
    socket.addEventListener("open", () => {
      this.#failures = 0;
      this.#listener.status("live");
    });
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(data)));
    socket.addEventListener("close", () => this.#retry());
  }

  #retry() {
    this.#listener.status("lost");
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);
    setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2));
  }

  #receive({ type, ...sections }) {
    this.#state = { ...this.#state, ...sections };
    this.#listener.change(this.#state, new Set(Object.keys(sections)), type === "snapshot");
  }
}
