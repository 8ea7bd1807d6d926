import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { serveOn, type Place, type ServedApp } from "../support/served-app.ts";
import { decodeFrames, describeFrame } from "../support/server-frames.ts";

const PLACES: readonly Place[] = ["inline", "thread", "process"];

const ECHO = `
  export function onMessage(session, text) {
    if (text === "block") for (let at = 0; at < 30_000_000; at += 1);
    if (text === "never") return new Promise(() => {});
    session.send(text);
  }
`;

function frame(first: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([first, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]);
}

/** Sends all at once behind the handshake, and returns what the server sends until it closes. */
async function exchange(app: ServedApp, frames: readonly Buffer[], extensions = "x-none"): Promise<string[]> {
  const socket: Socket = connect(app.server.port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  const head = ["GET /ws/echo HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"];
  head.push(`Sec-WebSocket-Extensions: ${extensions}`);
  head.push("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "");
  socket.write(head.join("\r\n"));
  await once(socket, "readable");
  socket.read();
  socket.write(Buffer.concat(frames));
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => {
    parts.push(part);
    if (decodeFrames(Buffer.concat(parts)).some(({ opcode }) => opcode === 8)) socket.end();
  });
  await once(socket, "close");
  return decodeFrames(Buffer.concat(parts)).map(describeFrame);
}

/** A failure waits for a second: the start of a host may take longer. */
async function started(...of: Parameters<typeof serveOn>): Promise<ServedApp> {
  const app = await serveOn(...of);
  const client = await app.open("/ws/echo");
  client.send("x");
  await client.next();
  return app;
}

const BAD_OPCODE = frame(0x83, "x");

describe.each(PLACES)("on the host kind %s, a failure", (place) => {
  test("comes behind the answers to the messages before it", async () => {
    const app = await serveOn(place, { "ws/echo.js": ECHO });
    const frames = ["1", "2", "3", "4", "5"].map((text) => frame(0x81, text));
    expect(await exchange(app, [...frames, BAD_OPCODE])).toEqual(["1", "2", "3", "4", "5", "close 1002"]);
    expect(await exchange(app, [frame(0x81, "block"), BAD_OPCODE])).toEqual(["block", "close 1002"]);
    expect(await exchange(app, [BAD_OPCODE, frame(0x81, "not read")])).toEqual(["close 1002"]);
  });

  test("does not wait for a promise of a handler", async () => {
    // The end of the server does.
    const app = await serveOn(place, { "ws/echo.js": ECHO }, { shutdownGrace: 500 });
    expect(await exchange(app, [frame(0x81, "never"), BAD_OPCODE])).toEqual(["close 1002"]);
    expect(await exchange(app, [frame(0x81, "\u00e9"), frame(0x81, "a"), BAD_OPCODE])).toEqual([
      ...["é", "a", "close 1002"],
    ]);
  });
});

test("a failure waits for a handler that does not return for up to a second", async () => {
  const script = `export function onMessage() { for (;;); }`;
  const app = await serveOn("thread", { "ws/echo.js": script }, { hangLimit: 2500 });
  expect(await exchange(app, [frame(0x81, "x"), BAD_OPCODE])).toEqual(["close 1002"]);
});

describe.each(PLACES)(
  "on the host kind %s, a close for a limit comes behind the answers to the messages before it:",
  (place) => {
    const texts = ["1", "2", "3", "4", "5"];
    const messages = texts.map((text) => frame(0x81, text));
    const behind = frame(0x81, "not read");

    test("too many pings", async () => {
      const app = await started(place, { "ws/echo.js": ECHO }, { maxPings: 10 });
      const pings = Array.from({ length: 12 }, () => frame(0x8a, ""));
      expect(await exchange(app, [...messages, ...pings, behind])).toEqual([
        ...texts,
        "close 1008 more than 10 pings a second",
      ]);
    });

    test("messages beyond the rate", async () => {
      const script = `export const limits = { messageRate: 1, messageBurst: 5, overRate: "close" }; ${ECHO}`;
      const app = await started(place, { "ws/echo.js": script });
      expect(await exchange(app, [...messages, behind, behind])).toEqual([
        ...texts,
        "close 1008 more than 1 messages a second",
      ]);
    });

    test("too many fragments", async () => {
      const app = await started(place, { "ws/echo.js": ECHO }, { maxFragments: 16 });
      const fragments = [frame(0x01, "a"), ...Array.from({ length: 20 }, () => frame(0x00, "a"))];
      expect(await exchange(app, [...messages, ...fragments, behind])).toEqual([...texts, "close 1008"]);
    });

    test("a message that is too long", async () => {
      const app = await started(place, { "ws/echo.js": ECHO }, { maxPayload: 20 });
      expect(await exchange(app, [...messages, frame(0x81, "x".repeat(21)), behind])).toEqual([
        ...texts,
        "close 1009",
      ]);
    });

    test("too many messages that wait", async () => {
      const app = await started(place, { "ws/echo.js": ECHO }, { whenFull: "close", waitingEvents: 40 });
      const heard = await exchange(app, [...messages, ...messages, behind]);
      expect(heard).toEqual([...texts, "close 1008 too many messages wait"]);
    });
  },
);

test("a failure comes behind an answer that is being compressed", async () => {
  const app = await serveOn(
    "thread",
    {
      "ws/echo.js": `
    export function onMessage(session, text) { session.send(text.repeat(500_000)); }`,
    },
    { deflate: true },
  );
  const heard = await exchange(app, [frame(0x81, "x"), BAD_OPCODE], "permessage-deflate");
  expect(heard.map((text) => text.length)).toEqual([500_000, "close 1002".length]);
});
