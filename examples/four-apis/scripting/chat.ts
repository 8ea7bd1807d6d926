import { Data, HttpResponse, HttpServer, UUID } from "scripting";
import type { WebSocketSession } from "scripting";

const PORT = 8091;

/** The names of the sessions in the room. */
const guests = new Map<WebSocketSession, string>();
const server = new HttpServer();

server.registerWebsocket("/chat", {
  onConnected: (session) => {
    welcome(session);
    say(`${guests.get(session)} joined.`);
  },
  // A reload starts the program again: connected sessions stay and get new names.
  onReload: welcome,
  handleText: (session, text) => say(`${guests.get(session)}: ${text}`),
  handleBinary: (session, data) => say(`${guests.get(session)} sent ${data.size} bytes.`),
  onDisconnected: (session) => {
    const name = guests.get(session);
    guests.delete(session);
    say(`${name} left.`);
  },
});

server.registerHandler("/guests", () => {
  const names = JSON.stringify([...guests.values()]);
  const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
  return HttpResponse.raw(200, "OK", { headers, body: names });
});

const problem = server.start({ port: PORT });
if (problem === null) console.log(`the Scripting chat is at ws://localhost:${server.port}/chat`);
else console.error(`the Scripting chat did not start: ${problem}`);

function welcome(session: WebSocketSession): void {
  guests.set(session, `guest-${UUID.string().slice(0, 4)}`);
  session.writeText(`You are ${guests.get(session)}. ${online(guests.size)}.`);
  const cup = Data.fromHexString("f09f8db5");
  if (cup !== null) session.writeData(cup);
}

function online(count: number): string {
  return count === 1 ? "1 person online" : `${count} people online`;
}

function say(text: string): void {
  for (const guest of guests.keys()) guest.writeText(text);
}
