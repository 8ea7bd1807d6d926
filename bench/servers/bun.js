/* global Bun */

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env.PORT),
  fetch(request, bun) {
    const route = new URL(request.url).pathname;
    return bun.upgrade(request, { data: { route } })
      ? undefined
      : new Response("upgrade only", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    // By default Bun closes a connection after two minutes without a message.
    idleTimeout: 0,
    backpressureLimit: 64 * 1024 * 1024,
    open(socket) {
      if (socket.data.route === "/ws/fanout") socket.subscribe("all");
    },
    message(socket, message) {
      if (socket.data.route === "/ws/fanout") server.publish("all", message);
      else socket.send(message);
    },
  },
});

process.on("SIGWINCH", () => {
  Bun.gc(true);
  console.log(`bench-gc ${process.memoryUsage().heapUsed}`);
});
