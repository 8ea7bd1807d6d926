// The kinds of the Autobahn test suite, as cases of our own: each is tried on bare ws, too, which must do the same.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { serve } from "../../../src/server/serve.ts";
import { folderOf } from "../../support/running-app.ts";
import { LogRecorder } from "../../support/log-recorder.ts";
import { RawSocket, upgradeRequest } from "../../support/raw-socket.ts";
import { decodeFrames, describeFrame } from "../../support/server-frames.ts";
import { CASES, LARGE, LIMITS, SMALL, type ConformanceCase } from "./conformance-cases.ts";

const OPTIONS = { maxPayload: 32 * 2 ** 20, maxFragments: 262_144 };
const ECHO = {
  "ws/echo.js":
    "export const onMessage = (session, text) => session.send(text);\nexport const onBinary = onMessage;",
};

/** The ports of Parlor, on a thread, and of bare ws with the same limits. */
interface Pair {
  readonly parlor: number;
  readonly ws: number;
}
let [wide, narrow]: [Pair, Pair] = [
  { parlor: 0, ws: 0 },
  { parlor: 0, ws: 0 },
];

beforeAll(async () => {
  [wide, narrow] = [await startPair(OPTIONS), await startPair(SMALL)];
});

async function startPair(limits: typeof OPTIONS): Promise<Pair> {
  const parlor = await serve({
    dir: folderOf(ECHO, afterAll),
    port: 0,
    log: new LogRecorder().log,
    ...limits,
  });
  afterAll(() => parlor.close());
  const ws = new WebSocketServer({ port: 0, host: "127.0.0.1", ...limits });
  afterAll(() => void ws.close());
  ws.on("connection", (socket) => {
    socket.on("error", () => undefined);
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await new Promise<void>((done) => ws.once("listening", done));
  return { parlor: parlor.port, ws: (ws.address() as { port: number }).port };
}

/** What a server sends until it ends the connection. */
async function sentBack(port: number, { bytes, farewell, expected }: ConformanceCase): Promise<string[]> {
  const client = await RawSocket.open(port);
  onTestFinished(() => client.terminate());
  client.write(upgradeRequest("/ws/echo"));
  expect(await client.status()).toBe(101);
  for (const part of bytes) {
    client.write(part);
    if (bytes.length < 200) await new Promise(setImmediate);
  }
  if (farewell !== undefined) {
    const messages = expected.slice(0, -1);
    await client.until(() => isWhole(client.body, messages.length), "the messages");
    client.write(farewell);
  }
  await client.toEnd();
  return decodeFrames(client.body).map(withoutReason);
}

/** Whether this many frames are there. */
function isWhole(bytes: Buffer, count: number): boolean {
  let at = 0;
  for (let frame = 0; frame < count; frame += 1) {
    if (bytes.length < at + 2) return false;
    const short = bytes.readUInt8(at + 1);
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < at + head) return false;
    at +=
      head +
      (head === 2 ? short : head === 4 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2)));
  }
  return bytes.length >= at;
}

/** Servers may give a reason of their own with the code. */
function withoutReason(frame: Parameters<typeof describeFrame>[0]): string {
  if (frame.opcode === 8 && frame.payload.length === 0) return "close";
  const text = describeFrame(frame);
  return frame.opcode === 8 ? (/^close \d+/.exec(text)?.[0] ?? text) : text;
}

const groups = Object.entries(CASES);

describe.each(groups)("conformance, %s", (_group, cases) => {
  test.each(["ws", "parlor"] as const)("each case ends as it should on %s", async (name) => {
    expect(await wrongOf(wide[name], cases)).toEqual([]);
  });
});

describe("conformance, group 8, limits", () => {
  test.each(["ws", "parlor"] as const)("each case ends as it should on %s", async (name) => {
    expect(await wrongOf(narrow[name], LIMITS)).toEqual([]);
  });
});

async function wrongOf(port: number, cases: readonly ConformanceCase[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const one of cases) {
    const got = await sentBack(port, one).catch((error: unknown) => [String(error)]);
    if (JSON.stringify(got) !== JSON.stringify(one.expected))
      wrong.push(`${one.name}: ${short(got)}, not ${short(one.expected)}`);
  }
  return wrong;
}

describe("conformance, group 9, large messages", () => {
  test.each(["ws", "parlor"] as const)("each comes back whole on %s", async (name) => {
    for (const one of LARGE) {
      const [message = "", end] = await sentBack(wide[name], one);
      expect([one.name, message.length, end]).toEqual([one.name, one.expected[0]?.length, "close 1000"]);
    }
  });
});

const short = (frames: readonly string[]): string => frames.map((frame) => frame.slice(0, 40)).join(" | ");
