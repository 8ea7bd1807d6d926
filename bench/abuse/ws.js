import { randomUUID } from "node:crypto";
import { WebSocket, WebSocketServer } from "ws";
import { handle } from "./commands.js";

/** The room map that most programs on bare ws have. */
const rooms = new Map();
const sessions = new Map();

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.env.PORT),
  perMessageDeflate: process.env.DEFLATE === "1",
});
server.on("connection", (socket) => {
  const id = randomUUID();
  sessions.set(id, socket);
  const kept = new Map();
  const calls = {
    send: (text) => socket.send(text),
    join: (name) => rooms.set(name, (rooms.get(name) ?? new Set()).add(socket)),
    say: (name, text) => {
      for (const member of rooms.get(name) ?? []) if (member.readyState === WebSocket.OPEN) member.send(text);
    },
    keep: (name, value) => kept.set(name, value),
    close: () => socket.close(1000),
    id: () => id,
    sendTo: (other, text) => sessions.get(other)?.send(text),
  };
  socket.on("message", (data) => handle(Buffer.from(data).toString(), calls));
  socket.on("error", () => undefined);
  socket.on("close", () => {
    sessions.delete(id);
    for (const [name, members] of rooms) if (members.delete(socket) && members.size === 0) rooms.delete(name);
  });
});
server.on("listening", () => console.log("listening"));
