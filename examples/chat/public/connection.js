const NO_NAME = 4001;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

/**
 * A socket that reconnects by itself, after waits that grow from half a second to fifteen seconds.
 * Calls `open()`, `message(value)`, `waiting(until)` and `refused(reason)` of `on`.
 */
export class Connection {
  #address;
  #on;
  #socket = null;
  #failures = 0;
  #timer = 0;

  constructor(address, on) {
    this.#address = address;
    this.#on = on;
    this.#connect();
    addEventListener("online", this.retry);
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(value) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(value));
    return true;
  }

  /** Tries at once instead of at the end of the wait. */
  retry = () => {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  end() {
    clearTimeout(this.#timer);
    removeEventListener("online", this.retry);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  #connect() {
    this.#timer = 0;
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#mine(socket) && this.#opened());
    socket.addEventListener(
      "message",
      ({ data }) => this.#mine(socket) && this.#on.message(JSON.parse(data)),
    );
    socket.addEventListener("close", (event) => this.#mine(socket) && this.#closed(event));
  }

  #mine(socket) {
    return socket === this.#socket;
  }

  #opened() {
    this.#failures = 0;
    this.#on.open();
  }

  #closed({ code, reason }) {
    // The server refuses this name, so reconnecting with it would not help.
    if (code === NO_NAME) return this.#on.refused(reason);
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);
    // A random wait keeps all clients of a restarted server from reconnecting at the same time.
    const wait = longest * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#on.waiting(Date.now() + wait);
  }
}
