import { createServer } from "parlor";
import { TICK_RATE, TickMeter } from "../lib/tick-meter.js";

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

const meter = new TickMeter({ keepsSchedule: true });

const ticks = {
  tickRate: TICK_RATE,
  onMessage(session, text) {
    const report = meter.hear(text);
    if (report !== null) session.send(report);
  },
  onTick(room) {
    const text = meter.tick();
    if (text !== null) room.broadcast(text);
  },
};

const server = createServer({
  host: "127.0.0.1",
  // No other peer beats within a run.
  heartbeat: false,
  port: Number(process.env.PORT),
  routes: { "/ws/echo": echo, "/ws/idle": echo, "/ws/fanout": fanout, "/ws/ticks": ticks },
});
await server.listen();
