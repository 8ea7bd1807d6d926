import { Data, HttpResponse, HttpServer, UUID } from "scripting";
import type { WebSocketSession } from "scripting";

const PORT = 8091;

/** Everybody in the room, by the name that they were given. */
const guests = new Map<WebSocketSession, string>();
const server = new HttpServer();

server.registerWebsocket("/chat", {
  onConnected: (session) => {
    welcome(session);
    say(`${guests.get(session)} has come.`);
  },
  // The program is loaded anew at every change: who was here is given a new name, and stays.
  onReload: welcome,
  handleText: (session, text) => say(`${guests.get(session)}: ${text}`),
  handleBinary: (session, data) => say(`${guests.get(session)} has sent ${data.size} bytes.`),
  onDisconnected: (session) => {
    const name = guests.get(session);
    guests.delete(session);
    say(`${name} has left.`);
  },
});

server.registerHandler("/guests", () => {
  const names = JSON.stringify([...guests.values()]);
  const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
  return HttpResponse.raw(200, "OK", { headers, body: names });
});

const problem = server.start({ port: PORT });
if (problem === null) console.log(`the Scripting chat is at ws://localhost:${server.port}/chat`);
else console.error(`the Scripting chat is not open: ${problem}`);

function welcome(session: WebSocketSession): void {
  guests.set(session, `guest-${UUID.string().slice(0, 4)}`);
  session.writeText(`You are ${guests.get(session)}. There are ${guests.size} of you.`);
  const cup = Data.fromHexString("f09f8db5");
  if (cup !== null) session.writeData(cup);
}

function say(text: string): void {
  for (const guest of guests.keys()) guest.writeText(text);
}
