import { WebSocket, WebSocketServer } from "ws";

const members = new Set();

/** The loop that the README of ws shows: one `send` for each open member. */
function fanout(socket) {
  members.add(socket);
  socket.on("close", () => members.delete(socket));
  socket.on("message", (data, isBinary) => {
    for (const member of members) {
      if (member.readyState === WebSocket.OPEN) member.send(data, { binary: isBinary });
    }
  });
}

function echo(socket) {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
}

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.env.PORT) });
server.on("connection", (socket, request) => {
  if (request.url === "/ws/fanout") fanout(socket);
  else echo(socket);
});
