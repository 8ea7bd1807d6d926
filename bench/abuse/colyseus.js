import { Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { handle } from "./commands.js";

/** All clients are in one room, in which named groups take the place of rooms. */
class TargetRoom extends Room {
  groups = new Map();

  onCreate() {
    this.setPatchRate(null);
    this.onMessage("m", (client, text) => handle(text, this.callsOf(client)));
  }

  callsOf(client) {
    const { groups } = this;
    return {
      send: (text) => client.send("m", text),
      join: (name) => groups.set(name, (groups.get(name) ?? new Set()).add(client)),
      say: (name, text) => {
        for (const member of groups.get(name) ?? []) member.send("m", text);
      },
      keep: (name, value) => ((client.userData ??= {})[name] = value),
      close: () => client.leave(),
      id: () => client.sessionId,
      sendTo: (other, text) => this.clients.getById(other)?.send("m", text),
    };
  }

  onLeave(client) {
    for (const [name, members] of this.groups)
      if (members.delete(client) && members.size === 0) this.groups.delete(name);
  }
}

const transport = new WebSocketTransport({ perMessageDeflate: process.env.DEFLATE === "1" });
const server = new Server({ transport, greet: false });
server.define("target", TargetRoom);
await server.listen(Number(process.env.PORT), "127.0.0.1");
console.log("listening");
