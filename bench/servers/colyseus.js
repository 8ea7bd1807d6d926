import { Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { TICK_RATE, TickMeter } from "../lib/tick-meter.js";

/** Everyone in the room hears every message, the sender too. */
class FanoutRoom extends Room {
  onCreate() {
    // No state is synchronised here: the patch timer would only be overhead.
    this.setPatchRate(null);
    this.onMessage("m", (_client, text) => this.broadcast("m", text));
  }
}

class EchoRoom extends Room {
  onCreate() {
    this.setPatchRate(null);
    this.onMessage("m", (client, text) => client.send("m", text));
  }
}

class TickRoom extends Room {
  onCreate() {
    const meter = new TickMeter({ keepsSchedule: false });
    this.setPatchRate(null);
    this.onMessage("m", (client, text) => {
      const report = meter.hear(text);
      if (report !== null) client.send("m", report);
    });
    this.setSimulationInterval(() => {
      const text = meter.tick();
      if (text !== null) this.broadcast("m", text);
    }, 1000 / TICK_RATE);
  }
}

const transport = new WebSocketTransport({ pingInterval: 0 });
const server = new Server({ transport, greet: false });
server.define("fanout", FanoutRoom);
server.define("echo", EchoRoom);
server.define("idle", EchoRoom);
server.define("ticks", TickRoom);
await server.listen(Number(process.env.PORT), "127.0.0.1");
