import { clientFrame } from "../../support/raw-socket.ts";
import { Attacker } from "./attacker.ts";
import type { MeasureOptions } from "./measure-ways.ts";
import { dials, head, many, sends, sendsUnread, text, type Way } from "./ways.ts";

const MEBIBYTE = 1_048_576;

/** The routes of other dialects, each with the largest message that it takes. One client may hold three of them and 1 MiB. */
export const DIALECTS: readonly (MeasureOptions & { readonly ways: readonly Way[] })[] = [
  {
    title: "on a route of Bolt",
    path: "/bolt-ws",
    most: 3 * 4 + 1,
    files: {
      "bolt/program.js": `
        ws("/bolt-ws", "", () => $bolt.wsSendTo($bolt.wsClientId(), $bolt.wsEventMessage()), "");
        post("/bolt", () => $bolt.send(String($bolt.body().length)));`,
    },
    ways: [
      ...socketWays({ most: 4 * MEBIBYTE, frame: 65_536 }),
      ...bodyWays("/bolt", MEBIBYTE),
      sends("1,000 messages at once, of which 256 may wait", () => many(1000, text("x".repeat(4000)))),
    ],
  },
  {
    title: "on a path of Scripting",
    ownPort: true,
    path: "/echo",
    most: 3 * 16 + 1,
    files: {
      "scripting/echo.js": `
        const server = new HttpServer();
        server.registerWebsocket("/echo", { handleText: (session, text) => session.writeText(text) });
        server.start({ port: 0 });
        console.log("own port " + server.port);`,
    },
    ways: socketWays({ most: 16 * MEBIBYTE, frame: 16 * MEBIBYTE }),
  },
  {
    title: "on an endpoint of Dirigible",
    path: "/websockets/v4/service/room",
    most: 3 * 1 + 1,
    files: {
      "dirigible/tea/room.js": `
        exports.onMessage = (message) => message;
        exports.onOpen = exports.onError = exports.onClose = () => undefined;`,
      "dirigible/tea/room.websocket": `{ "handler": "tea/room", "endpoint": "room", "description": "" }`,
    },
    ways: [...socketWays({ most: MEBIBYTE, frame: MEBIBYTE }), ...stompWays()],
  },
  {
    title: "on a path of http/",
    path: "/form",
    most: 3 * 1 + 1,
    files: {
      "http/form.js": `
        export const POST = async (request) => new Response(String((await request.text()).length));
        export const GET = () => new Response("x".repeat(1_000_000));`,
    },
    ways: [
      ...bodyWays("/form", MEBIBYTE),
      // Of their responses, 1 MB each, it reads none or all: `unsentResponse`.
      { ...dials("2,000 requests at once", `${head("/form")}\r\n`.repeat(2000)), most: 16 + 1 },
      dials("15 KiB of headers that do not end", head("/form", `Cookie: ${"c".repeat(15_000)}`)),
      {
        name: "16 responses of 1 MB that are not read",
        // `unsentResponse`.
        most: 16 + 1,
        attack: async (victim) => {
          const client = await Attacker.dial(victim);
          client.stopReading();
          await client.write(`${head("/form")}\r\n`.repeat(16));
        },
      },
    ],
  },
];

/** `most`: bytes of a message; `frame`: of one frame. */
function socketWays({ most, frame }: { readonly most: number; readonly frame: number }): Way[] {
  return [
    sends("a frame of the largest size that lacks a byte", () =>
      clientFrame(0x82, Buffer.alloc(frame)).subarray(0, -1),
    ),
    sends("a frame that announces the largest size, and nothing of it", () => clientFrame(0x82, "", frame)),
    sends("the largest message in 4,000 fragments that do not end", () => {
      const fragment = clientFrame(0x00, Buffer.alloc(Math.floor(most / 4001)));
      return Buffer.concat([clientFrame(0x02, "a"), many(4000, fragment)]);
    }),
    sends("4,000 fragments of a byte that do not end", () =>
      Buffer.concat([clientFrame(0x01, "a"), many(4000, clientFrame(0x00, "a"))]),
    ),
    sendsUnread("echoes of 60 KB that are not read", 400, () => text("x".repeat(60_000))),
    sendsUnread("echoes of a byte that are not read", 200, () => many(500, text("x"))),
    sends("100 messages of 60 KB at once", () => many(100, text("x".repeat(60_000)))),
    {
      name: "15 KiB of headers of a session",
      attack: (victim) => Attacker.upgrade(victim, { Cookie: "c".repeat(15_000) }),
    },
  ];
}

function bodyWays(path: string, limit: number): Way[] {
  return [
    dials(
      "a body of the largest size that lacks a byte",
      `${head(path, `Content-Length: ${limit}`).replace("GET", "POST")}\r\n${"b".repeat(limit - 1)}`,
    ),
    dials(
      "a body in 50,000 chunks that do not end",
      `${head(path, "Transfer-Encoding: chunked").replace("GET", "POST")}\r\n${"1\r\nb\r\n".repeat(50_000)}`,
    ),
    dials(
      "16 bodies of 60 KB at once",
      `${head(path, "Content-Length: 60000").replace("GET", "POST")}\r\n${"b".repeat(60_000)}`.repeat(16),
    ),
  ];
}

function stompWays(): Way[] {
  const frame = (lines: string): Buffer => text(`${lines}\n\n\0`);
  const connected = async (victim: Parameters<Way["attack"]>[0]): Promise<Attacker> => {
    const client = await Attacker.upgrade(victim, { "Sec-WebSocket-Protocol": "v12.stomp" }, "/stomp");
    await client.write(frame("CONNECT\naccept-version:1.2\nhost:h"));
    return client;
  };
  return [
    {
      name: "100 STOMP subscriptions with long names",
      attack: async (victim) => {
        const client = await connected(victim);
        for (let at = 0; at < 100; at += 1)
          await client.write(frame(`SUBSCRIBE\nid:${at}\ndestination:/topic/${at}${"t".repeat(500)}`));
      },
    },
    {
      name: "a STOMP frame of 64 KiB that does not end",
      attack: async (victim) => (await connected(victim)).write(text(`SEND\n\n${"x".repeat(60_000)}`)),
    },
  ];
}
