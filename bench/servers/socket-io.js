import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  // No other peer here beats within a run; the generator still answers, should a run last longer.
  pingInterval: 600_000,
});

function fanout(socket) {
  socket.join("all");
  socket.on("m", (text) => io.to("all").emit("m", text));
}

function echo(socket) {
  socket.on("m", (text) => socket.emit("m", text));
}

io.on("connection", (socket) => {
  if (socket.handshake.query.route === "fanout") fanout(socket);
  else echo(socket);
});

http.listen(Number(process.env.PORT), "127.0.0.1");
