import { createServer } from "parlor";

const echo = {
  onMessage(session, text) {
    session.send(text);
  },
};

const fanout = {
  onOpen(session) {
    session.room("all").join();
  },
  onMessage(session, text) {
    session.room("all").broadcast(text);
  },
};

const server = createServer({
  host: "127.0.0.1",
  port: Number(process.env.PORT),
  routes: { "/ws/echo": echo, "/ws/idle": echo, "/ws/fanout": fanout },
});
await server.listen();
