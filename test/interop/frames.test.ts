import { deflateRawSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ParlorServer } from "../../src/server/serve.ts";
import { connect } from "../support/client.ts";
import { clientFrame, RawSocket, upgradeRequest } from "../support/raw-socket.ts";
import { decodeFrames, describeFrame } from "../support/server-frames.ts";
import { startApp, type Place } from "./start-app.ts";

const TEXT = 0x81;
const BINARY = 0x82;
const CLOSE = 0x88;
const PING = 0x89;
const FIRST_TEXT = 0x01;
const MORE = 0x00;
const LAST = 0x80;
const COMPRESSED_TEXT = 0xc1;
const offer = { "Sec-WebSocket-Extensions": "permessage-deflate" };

const closing = (code: number, reason = ""): Buffer =>
  Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);
const deflated = (content: string | Buffer): Buffer =>
  deflateRawSync(content, { finishFlush: 2 }).subarray(0, -4);
const heardBy = (raw: RawSocket): string[] => decodeFrames(raw.body).map(describeFrame);

describe.each<Place>(["thread", "inline"])("frames, with the script in place %s", (place) => {
  let server: ParlorServer;
  const opened: RawSocket[] = [];

  beforeAll(async () => {
    server = await startApp(place, { deflate: true, maxPayload: 100_000 });
  });
  afterAll(() => server.close());
  afterEach(() => {
    for (const raw of opened.splice(0)) raw.terminate();
  });

  async function open(path: string, headers: Record<string, string> = {}): Promise<RawSocket> {
    const raw = await RawSocket.open(server.port);
    opened.push(raw);
    raw.write(upgradeRequest(path, headers));
    expect(await raw.status()).toBe(101);
    return raw;
  }

  /** Sends frames and returns all that comes until the server ends the connection. */
  async function answer(frames: readonly Buffer[], path = "/ws/echo", headers = {}): Promise<string[]> {
    const raw = await open(path, headers);
    raw.write(Buffer.concat(frames));
    await raw.toEnd();
    return heardBy(raw);
  }

  const bye = clientFrame(CLOSE, closing(1000));

  it("puts a message together around a ping in its midst", async () => {
    const frames = [
      clientFrame(FIRST_TEXT, "wo"),
      clientFrame(PING, "there?"),
      clientFrame(MORE, ""),
      clientFrame(LAST, "rd"),
      clientFrame(TEXT, ""),
    ];
    const raw = await open("/ws/echo");
    raw.write(Buffer.concat(frames));
    await raw.until(() => heardBy(raw).length === 3, "a pong and two echoes");
    expect(heardBy(raw)).toEqual(["opcode 10 there?", "word", ""]);
  });

  it("splits a character between two pieces", async () => {
    const [first, second] = [Buffer.from("世").subarray(0, 2), Buffer.from("世").subarray(2)];
    const raw = await open("/ws/echo");
    raw.write(Buffer.concat([clientFrame(FIRST_TEXT, first), clientFrame(LAST, second)]));
    await raw.until(() => heardBy(raw).length === 1, "an echo");
    expect(heardBy(raw)).toEqual(["世"]);
  });

  it("reads a request and its frames byte by byte", async () => {
    const raw = await RawSocket.open(server.port);
    opened.push(raw);
    const all = Buffer.concat([
      Buffer.from(upgradeRequest("/ws/echo")),
      clientFrame(TEXT, "drip"),
      clientFrame(BINARY),
    ]);
    // Each byte in a turn of its own, so that each may be a packet of its own.
    for (const byte of all) {
      raw.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    await raw.until(() => heardBy(raw).length === 2, "two echoes");
    expect(heardBy(raw)).toEqual(["drip", "<>"]);
  });

  it("reads frames that come in one packet with the request", async () => {
    const raw = await RawSocket.open(server.port);
    opened.push(raw);
    raw.write(Buffer.concat([Buffer.from(upgradeRequest("/ws/echo")), clientFrame(TEXT, "early"), bye]));
    await raw.toEnd();
    expect(raw.received).toMatch(/^HTTP\/1\.1 101 /);
    expect(heardBy(raw)).toEqual(["close 1000"]);
  });

  it("answers a close with the same code, and without a code as normal", async () => {
    expect(await answer([clientFrame(CLOSE, closing(4999, "so long"))])).toEqual(["close 4999 so long"]);
    const raw = await open("/ws/echo");
    raw.write(clientFrame(CLOSE));
    await raw.toEnd();
    expect(decodeFrames(raw.body).map(({ opcode, payload }) => [opcode, payload.length])).toEqual([[8, 0]]);
  });

  it("hears nothing after a close frame", async () => {
    expect(await answer([clientFrame(TEXT, "before"), bye, clientFrame(TEXT, "after")])).toEqual([
      "close 1000",
    ]);
  });

  it.each<[string, Buffer, number]>([
    ["a reserved bit", clientFrame(TEXT | 0x20, "x"), 1002],
    ["compression that was not agreed on", clientFrame(COMPRESSED_TEXT, deflated("x")), 1002],
    ["an unknown opcode", clientFrame(0x83, "x"), 1002],
    ["an unknown control opcode", clientFrame(0x8b, "x"), 1002],
    ["no mask", Buffer.from([TEXT, 1, 120]), 1002],
    ["a piece of nothing", clientFrame(LAST, "x"), 1002],
    ["a message in a message", Buffer.concat([clientFrame(FIRST_TEXT, "x"), clientFrame(TEXT, "y")]), 1002],
    ["a ping in pieces", clientFrame(0x09, "x"), 1002],
    ["a ping of 126 bytes", clientFrame(PING, "x".repeat(126)), 1002],
    ["a close of one byte", clientFrame(CLOSE, "x"), 1002],
    ["close code 999", clientFrame(CLOSE, closing(999)), 1002],
    ["close code 1005", clientFrame(CLOSE, closing(1005)), 1002],
    ["close code 5000", clientFrame(CLOSE, closing(5000)), 1002],
    ["a text that is not UTF-8", clientFrame(TEXT, Buffer.from([0xc3, 0x28])), 1007],
    ["a surrogate in UTF-8", clientFrame(TEXT, Buffer.from([0xed, 0xa0, 0x80])), 1007],
    ["a close reason that is not UTF-8", clientFrame(CLOSE, Buffer.from([0x03, 0xe8, 0xff])), 1007],
    ["a message above the limit", clientFrame(BINARY, "", 100_001), 1009],
    ["a length of 2^53", clientFrame(BINARY, "", 2 ** 53), 1009],
    [
      "pieces above the limit",
      Buffer.concat([clientFrame(FIRST_TEXT, "x".repeat(60_000)), clientFrame(LAST, "", 60_000)]),
      1009,
    ],
  ])("closes for %s", async (_, frame, code) => {
    const last = (await answer([frame])).at(-1);
    expect(last).toBe(`close ${code}`);
    await expect.poll(() => server.sessionCount).toBe(0);
  });

  it.each<[string, Buffer, number]>([
    ["what cannot be inflated", clientFrame(COMPRESSED_TEXT, "\xff\xff\xff\xff"), 1007],
    [
      "what inflates above the limit",
      clientFrame(COMPRESSED_TEXT, deflated(Buffer.alloc(50_000_000, 97))),
      1009,
    ],
    ["a piece marked as compressed", Buffer.concat([clientFrame(0x41, "x"), clientFrame(0xc0, "y")]), 1002],
    ["a compressed ping", clientFrame(0xc9, "x"), 1002],
  ])("closes for %s", async (_, frame, code) => {
    expect((await answer([frame], "/ws/echo", offer)).at(-1)).toBe(`close ${code}`);
  });

  it("reads compressed pieces, and empty compressed messages", async () => {
    const body = deflated("pressed ".repeat(1000));
    const frames = [clientFrame(0x41, body.subarray(0, 10)), clientFrame(LAST, body.subarray(10))];
    const raw = await open("/ws/echo", offer);
    raw.write(Buffer.concat([...frames, clientFrame(COMPRESSED_TEXT, deflated(""))]));
    await raw.until(() => heardBy(raw).length === 2, "two echoes");
    expect(heardBy(raw)).toEqual(["pressed ".repeat(1000), ""]);
  });

  it("compresses from the threshold on, only for clients that agreed", async () => {
    const watcher = connect(`ws://127.0.0.1:${server.port}/ws/all?watch=1`);
    const able = [await open("/ws/all", offer), await open("/ws/all", offer)];
    const narrow = { "Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=10" };
    const unable = [await open("/ws/all"), await open("/ws/all", narrow)];
    const everyone = [...able, ...unable];
    for (let heard = ""; heard !== "4";) heard = String(await watcher.next());
    const long = "long ".repeat(2000);
    for (const message of ["short", long, Buffer.alloc(2000, 1)]) watcher.send(message);
    for (const raw of everyone) await raw.until(() => heardBy(raw).length === 3, "three broadcasts");

    for (const raw of everyone) expect(heardBy(raw).slice(0, 2)).toEqual(["short", long]);
    const marks = (raw: RawSocket): boolean[] =>
      decodeFrames(raw.body).map(({ isCompressed }) => isCompressed);
    for (const raw of able) expect(marks(raw)).toEqual([false, true, true]);
    for (const raw of unable) expect(marks(raw)).toEqual([false, false, false]);
    expect(able[0]!.body.equals(able[1]!.body)).toBe(true);
    watcher.terminate();
  });
});

describe("signs of life", () => {
  it("are asked of all clients, and only the silent one is cut", async () => {
    const server = await startApp("thread", { heartbeat: { interval: 40, timeout: 40 } });
    const url = `ws://127.0.0.1:${server.port}/ws/echo`;
    const alive = connect(url);
    const silent = connect(url, { autoPong: false });
    let pings = 0;
    const asked = new Promise<void>((resolve) => alive.socket.on("ping", () => ++pings === 5 && resolve()));
    expect((await silent.closed).code).toBe(1006);
    await asked;
    alive.send("still here");
    expect(await alive.next()).toBe("still here");
    alive.terminate();
    await server.close();
  });
});
