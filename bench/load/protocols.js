/**
 * What each peer puts between the WebSocket frame and the application's text, in both directions, and
 * what it asks of a client before the first message.
 */

/** Nothing in between: ws, Bun, Parlor. */
const raw = {
  binary: false,
  path: async (target) => `/ws/${target.route}`,
  isReady: () => true,
  replies: () => [],
  wrap: (text) => Buffer.from(text),
  unwrap: (payload) => payload.toString(),
};

/** Engine.IO 4 with Socket.IO 5 in it: open `0`, connect `40`, event `42[…]`, ping `2`, pong `3`. */
const socketIo = {
  binary: false,
  path: async (target) => `/socket.io/?EIO=4&transport=websocket&route=${target.route}`,
  isReady: (payload) => payload.toString().startsWith("40"),
  replies: (payload) => {
    const text = payload.toString();
    if (text.startsWith("0")) return [Buffer.from("40")];
    return text === "2" ? [Buffer.from("3")] : [];
  },
  wrap: (text) => Buffer.from(`42["m",${JSON.stringify(text)}]`),
  unwrap: (payload) => {
    const text = payload.toString();
    return text.startsWith("42") ? JSON.parse(text.slice(2))[1] : null;
  },
};

const JOIN_ROOM = 10;
const ROOM_DATA = 13;

/** MessagePack's header for a string of under 256 bytes. */
function stringHead(length) {
  return length < 32 ? [0xa0 | length] : [0xd9, length];
}

/** Where a string begins that is too long for a head of one byte, by the first byte of its head. */
const TEXT_AT = new Map([
  [0xd9, 5],
  [0xda, 6],
]);

async function reserveSeat(target) {
  const url = `http://127.0.0.1:${target.port}/matchmake/joinOrCreate/${target.route}`;
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: "{}" });
  if (!response.ok) throw new Error(`Matchmaking answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** A seat by HTTP first; then byte 10 both ways to join, byte 13 with two MessagePack strings for a message. */
const colyseus = {
  binary: true,
  path: async (target) => {
    const seat = await reserveSeat(target);
    return `/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`;
  },
  isReady: (payload) => payload[0] === JOIN_ROOM,
  replies: (payload) => (payload[0] === JOIN_ROOM ? [Buffer.from([JOIN_ROOM])] : []),
  wrap: (text) => {
    const head = [ROOM_DATA, ...stringHead(1), 0x6d, ...stringHead(text.length)];
    return Buffer.concat([Buffer.from(head), Buffer.from(text)]);
  },
  unwrap: (payload) => {
    if (payload[0] !== ROOM_DATA) return null;
    return payload.subarray(TEXT_AT.get(payload[3]) ?? 4).toString();
  },
};

const CONTROL = 1;

/** A control frame of `parlor.v1`: the byte 1, then JSON. */
export function controlFrame(message) {
  return Buffer.concat([Buffer.from([CONTROL]), Buffer.from(JSON.stringify(message))]);
}

/** A welcome comes first, and is answered; texts are plain. What is received is acknowledged by the connection. */
const parlorV1 = {
  ...raw,
  offer: "parlor.v1",
  control: { binary: true },
  isReady: (payload) => payload[0] === CONTROL && payload.includes('"welcome"'),
  replies: (payload) => (parlorV1.isReady(payload) ? [controlFrame({ type: "ready" })] : []),
  unwrap: (payload) => (payload[0] === CONTROL ? null : payload.toString()),
};

export const protocols = { raw, socketIo, colyseus, parlorV1 };
