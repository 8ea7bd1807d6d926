import { createServer } from "node:http";
import { createClient } from "@redis/client";
import { createAdapter } from "@socket.io/redis-adapter";
import { Server } from "socket.io";

const url = process.argv[2];
const [publisher, subscriber] = [createClient({ url }), createClient({ url })];
await Promise.all([publisher.connect(), subscriber.connect()]);

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  pingInterval: 600_000,
  adapter: createAdapter(publisher, subscriber),
});

io.on("connection", (socket) => {
  void socket.join("all");
  socket.on("m", (text) => io.to("all").emit("m", text));
});

http.listen(Number(process.env.PORT), "127.0.0.1");
