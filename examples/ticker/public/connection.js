/**
 * Connects, and reconnects after growing waits when the connection is lost. Calls `message(value)` and `lost()` of `on`.
 * Returns a function that sends a value and returns whether it was sent.
 */
export function connect(path, parameters, on) {
  let socket;
  let failures = 0;
  const open = () => {
    const address = new URL(path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    // Evaluated at each attempt, because the parameters can change.
    for (const [name, value] of Object.entries(parameters())) address.searchParams.set(name, value);
    socket = new WebSocket(address);
    socket.addEventListener("open", () => (failures = 0));
    socket.addEventListener("message", ({ data }) => on.message(JSON.parse(data)));
    socket.addEventListener("close", () => {
      on.lost();
      setTimeout(open, Math.min(10_000, 500 * 2 ** failures++) * (0.5 + Math.random() / 2));
    });
  };
  open();
  return (value) => {
    if (socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(value));
    return true;
  };
}
