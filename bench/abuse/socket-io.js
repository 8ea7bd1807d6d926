import { createServer } from "node:http";
import { Server } from "socket.io";
import { handle } from "./commands.js";

const http = createServer();
const io = new Server(http, { perMessageDeflate: process.env.DEFLATE === "1" });
io.on("connection", (socket) => {
  const calls = {
    send: (text) => socket.emit("m", text),
    join: (name) => socket.join(name),
    say: (name, text) => io.to(name).emit("m", text),
    keep: (name, value) => (socket.data[name] = value),
    close: () => socket.disconnect(true),
    id: () => socket.id,
    sendTo: (other, text) => io.to(other).emit("m", text),
  };
  socket.on("m", (text) => handle(text, calls));
});
http.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening"));
