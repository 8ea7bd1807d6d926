import { describe, expect, test } from "vitest";
import { PLACES, serveOn } from "../../support/served-app.ts";
import { QueueingWebSocket } from "./queueing-web-socket.ts";

const START = `
server.start({ port: 0 });
console.log("port", server.port);
`;

/** A program of the document's kind: the server is made before it, and started after. */
function program(text: string): { readonly "scripting/main.ts": string } {
  return { "scripting/main.ts": `const server = new HttpServer();\n${text}\n${START}` };
}

const GREETING = program(`
  server.registerWebsocket("/chat", {
    onConnected: (session) => {
      session.writeText("Glad that you are here!");
    },
    handleText: (session, text) => {
      console.log("Guest says:", text);
      session.writeText("What you said: " + text);
    },
  });
`);

const BINARY = program(`
  server.registerWebsocket("/binary", {
    onConnected: (session) => {
      const greeting = Data.fromRawString("Twelve bytes", "utf-8");
      session.writeData(greeting);
    },
  });
`);

const FAREWELL = program(`
  server.registerWebsocket("/ws", {
    handleText: (session, text) => {
      if (text === "so long") {
        session.writeText("Farewell!");
        session.close();
      }
    },
  });
`);

const BROADCAST = program(`
  const everybody: WebSocketSession[] = [];

  server.registerWebsocket("/ws", {
    onConnected: (session) => {
      everybody.push(session);
      console.log("a guest came");
      session.writeText("You are in.");
    },
    handleText: (session, text) => {
      console.log("heard:", text);
      for (const each of everybody) each.writeText("To all: " + text);
    },
    handleBinary: (session, data) => {
      console.log("bytes heard:", data.length);
    },
    onDisconnected: (session) => {
      const at = everybody.indexOf(session);
      if (at !== -1) everybody.splice(at, 1);
      console.log("a guest left");
    },
  });
`);

const ROOM = program(`
  const guests: WebSocketSession[] = [];

  server.registerWebsocket("/chat", {
    onConnected: (session) => {
      guests.push(session);
      session.writeText("Hello! You are one of " + guests.length + ".");
    },
    handleText: (session, text) => {
      for (const guest of guests) guest.writeText(text);
    },
    onDisconnected: (session) => {
      const at = guests.indexOf(session);
      if (at !== -1) guests.splice(at, 1);
    },
  });
`);

/** A program that visits the one of `ROOM`. */
const VISITOR = `
  const ws = new WebSocket("ws://127.0.0.1:" + PORT + "/chat");
  ws.onmessage = (message) => console.log("Server:", message);
  ws.send("Hello from afar!");
`;

describe.each(PLACES)("the document's examples, %s", (place) => {
  test("a greeting, and an answer to its sender alone", async () => {
    const app = await serveOn(place, GREETING);
    const [a, b] = [await app.ownPort.connect("/chat"), await app.ownPort.connect("/chat")];
    expect(await a.next()).toBe("Glad that you are here!");
    expect(await b.next()).toBe("Glad that you are here!");
    a.send("x");
    expect(await a.next()).toBe("What you said: x");
    await app.log.find(/^Guest says: x$/);
    expect(b.unread).toBe(0);
  });

  test("one binary frame of twelve bytes", async () => {
    const app = await serveOn(place, BINARY);
    const message = await (await app.ownPort.connect("/binary")).next();
    expect(message).toEqual(new TextEncoder().encode("Twelve bytes"));
  });

  test("a farewell arrives before the close, and nothing else is answered", async () => {
    const app = await serveOn(place, FAREWELL);
    const client = await app.ownPort.connect("/ws");
    client.send("still here");
    client.send("so long");
    expect(await client.next()).toBe("Farewell!");
    expect(await client.closed).toEqual({ code: 1000, reason: "" });
    expect(client.unread).toBe(0);
  });

  test("a message of one client reaches all clients, until they leave", async () => {
    const app = await serveOn(place, BROADCAST);
    const a = await app.ownPort.connect("/ws");
    expect(await a.next()).toBe("You are in.");
    await app.log.find(/^a guest came$/);
    const b = await app.ownPort.connect("/ws");
    expect(await b.next()).toBe("You are in.");
    b.send("tea?");
    expect(await a.next()).toBe("To all: tea?");
    expect(await b.next()).toBe("To all: tea?");
    await app.log.find(/^heard: tea\?$/);
    b.send(new Uint8Array(7));
    await app.log.find(/^bytes heard: 7$/);
    b.close();
    await app.log.find(/^a guest left$/);
    a.send("alone?");
    expect(await a.next()).toBe("To all: alone?");
    expect(b.unread).toBe(0);
  });

  test("a room counts its guests, up and down", async () => {
    const app = await serveOn(place, ROOM);
    const a = await app.ownPort.connect("/chat");
    expect(await a.next()).toBe("Hello! You are one of 1.");
    const b = await app.ownPort.connect("/chat");
    expect(await b.next()).toBe("Hello! You are one of 2.");
    a.send("raw");
    expect([await a.next(), await b.next()]).toEqual(["raw", "raw"]);
    b.close();
    await b.closed;
    // The room hears of it a little later: who comes then is the second again.
    await expect
      .poll(async () => {
        const guest = await app.ownPort.connect("/chat");
        const greeting = await guest.next();
        guest.close();
        await guest.closed;
        return greeting;
      })
      .toBe("Hello! You are one of 2.");
  });

  test("a browser's client that sends before it is open", async () => {
    const app = await serveOn(place, ROOM);
    const ws = new QueueingWebSocket(`ws://127.0.0.1:${await app.ownPort.number()}/chat`);
    const lines: unknown[] = [];
    const both = new Promise<void>((resolve) => {
      ws.onmessage = (event) => {
        lines.push(event.data);
        if (lines.length === 2) resolve();
      };
    });
    ws.send("Hello from afar!");
    await both;
    expect(lines).toEqual(["Hello! You are one of 1.", "Hello from afar!"]);
  });

  test("a program's own client that sends before it is open", async () => {
    const room = await serveOn(place, ROOM);
    const visitor = VISITOR.replace("PORT", String(await room.ownPort.number()));
    const app = await serveOn(place, { "scripting/visitor.ts": visitor });
    await app.log.find(/^Server: Hello from afar!$/);
    const heard = app.log.texts.filter((text) => text.startsWith("Server:"));
    expect(heard).toEqual(["Server: Hello! You are one of 1.", "Server: Hello from afar!"]);
  });
});
