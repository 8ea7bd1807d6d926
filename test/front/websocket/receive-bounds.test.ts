import { onTestFinished, expect, test } from "vitest";
import type { TransportOptions } from "../../../src/front/websocket/transport-options.ts";
import { clientFrame, RawSocket, upgradeRequest } from "../../support/raw-socket.ts";
import { TransportHarness } from "../../support/transport-harness.ts";

async function station(options: Partial<TransportOptions>): Promise<TransportHarness> {
  const station = await new TransportHarness({ heartbeat: null, ...options }).start();
  onTestFinished(() => station.stop());
  return station;
}

async function rawClient(place: TransportHarness, ref: number): Promise<RawSocket> {
  const socket = await RawSocket.open(place.port);
  onTestFinished(() => socket.terminate());
  socket.write(upgradeRequest("/ws/chat"));
  await place.seen(`${ref} open`);
  return socket;
}

const many = (count: number, frame: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => frame));

test("more fragments than allowed close with 1008 and are counted", async () => {
  const place = await station({ maxFragments: 100 });
  const client = await rawClient(place, 1);
  client.write(Buffer.concat([clientFrame(0x01, "a"), many(99, clientFrame(0x00, "a"))]));
  client.write(clientFrame(0x80, "end"));
  await expect.poll(() => place.events.at(-1)).toMatch(/^1 closed 1008/);
  expect(place.limits).toEqual(["maxFragments 100"]);
});

test("pings and pongs beyond the rate close with 1008, and a second later as many are allowed again", async () => {
  const place = await station({ maxPings: 20 });
  const client = await rawClient(place, 1);
  for (let second = 0; second < 3; second += 1) {
    client.write(Buffer.concat([many(10, clientFrame(0x89, "x")), many(10, clientFrame(0x8a, "x"))]));
    client.write(clientFrame(0x81, "said".repeat(second + 1)));
    await place.seen(`1 message ${4 * (second + 1)}`);
    place.clock.advance(1000);
  }
  client.write(many(21, clientFrame(0x8a, "x")));
  await place.seen("1 closed 1008 more than 20 pings a second");
  expect(place.limits).toEqual(["maxPings 20"]);
});

test.each([100, 0])(
  "more than 60 pings in one packet end the connection, and are counted once (maxPings %d)",
  async (maxPings) => {
    const place = await station({ maxPings });
    const [client, other] = [await rawClient(place, 1), await rawClient(place, 2)];
    client.write(many(90, clientFrame(0x89, "x")));
    await place.seen("1 closed 1006");
    other.write(Buffer.concat([many(60, clientFrame(0x89, "x")), clientFrame(0x81, "said")]));
    await place.seen("2 message 4");
    expect(place.limits).toEqual(["pingsAtOnce 60"]);
  },
);

test("when unfinished messages take too much together, those that take most are closed", async () => {
  const place = await station({ unfinishedBytes: 350_000 });
  const clients = [];
  for (const ref of [1, 2, 3]) clients.push(await rawClient(place, ref));
  const kilobytes = (count: number): Buffer => clientFrame(0x82, Buffer.alloc(count * 1000));
  for (const [at, client] of clients.entries()) {
    client.write(Buffer.concat([clientFrame(0x81, "x"), kilobytes(100 * (at + 1)).subarray(0, -1)]));
    await place.seen(`${at + 1} message 1`);
  }
  await expect.poll(() => place.bytesRead, { interval: 2 }).toBeGreaterThan(600_000);
  place.clock.advance(500);
  await place.seen("3 closed 1008 too many unfinished messages");
  expect(place.limits).toEqual(["unfinishedBytes 350000"]);
  // The others may go on.
  clients[0]?.write("\0");
  await place.seen("1 message 100000");
});

test("a connection that does not respond to its close is counted once", async () => {
  const place = await station({ unfinishedBytes: 350_000 });
  const client = await rawClient(place, 1);
  client.write(Buffer.concat([clientFrame(0x82, Buffer.alloc(400_000)).subarray(0, -1)]));
  await expect.poll(() => place.bytesRead, { interval: 2 }).toBeGreaterThan(400_000);
  for (let look = 0; look < 3; look += 1) place.clock.advance(500);
  await place.seen("1 closed 1008 too many unfinished messages");
  expect(place.limits).toEqual(["unfinishedBytes 350000"]);
});

test("a frame that is too long for a frame and for a message is counted once", async () => {
  const place = await station({});
  place.opening = { maxPayload: 100_000, maxFrame: 65_536 };
  const [both, frame] = [await rawClient(place, 1), await rawClient(place, 2)];
  both.write(clientFrame(0x82, Buffer.alloc(200_000)));
  await place.seen("1 closed 1009");
  frame.write(clientFrame(0x82, Buffer.alloc(80_000)));
  await place.seen("2 closed 1009");
  expect(place.limits).toEqual(["maxPayload 65536", "maxPayload 65536"]);
});

test("a message that its route accepts is not closed while it arrives slowly", async () => {
  const place = await station({ maxPayload: 100_000 });
  place.opening = { maxPayload: 4_000_000 };
  const client = await rawClient(place, 1);
  const frame = clientFrame(0x82, Buffer.alloc(4_000_000));
  client.write(frame.subarray(0, -1));
  await expect.poll(() => place.bytesRead, { interval: 2 }).toBeGreaterThan(3_900_000);
  place.clock.advance(500);
  client.write(frame.subarray(-1));
  await place.seen("1 message 4000000");
});

test("a small message beside a larger one that is allowed is closed when it takes too much", async () => {
  const place = await station({ maxPayload: 1000, maxPings: 0 });
  place.opening = { maxPayload: 4_000_000 };
  const large = await rawClient(place, 1);
  large.write(clientFrame(0x82, Buffer.alloc(3_900_000)).subarray(0, -1));
  await expect.poll(() => place.bytesRead, { interval: 2 }).toBeGreaterThan(3_800_000);
  place.opening = {};
  const small = await rawClient(place, 2);
  const filler = many(480, clientFrame(0x8a, Buffer.alloc(125)));
  for (let reads = 0; reads < 30; reads += 1)
    small.write(Buffer.concat([clientFrame(reads === 0 ? 0x01 : 0x00, "a"), filler]));
  await expect.poll(() => place.bytesRead, { interval: 2 }).toBeGreaterThan(3_900_000 + 29 * 62_000);
  place.clock.advance(500);
  await place.seen("2 closed 1008 too many unfinished messages");
  expect(place.events.filter((event) => event.startsWith("1 closed"))).toEqual([]);
});

test("one byte of a message that keeps a whole read counts as the read", async () => {
  const place = await station({ maxPayload: 1000, maxPings: 0 });
  const client = await rawClient(place, 1);
  // Each read has one fragment of a byte, and pongs that fill the rest of it.
  const filler = many(480, clientFrame(0x8a, Buffer.alloc(125)));
  for (let reads = 0; reads < 80; reads += 1) {
    client.write(Buffer.concat([clientFrame(reads === 0 ? 0x01 : 0x00, "a"), filler]));
    await expect.poll(() => place.bytesRead, { interval: 2 }).toBeGreaterThan((reads + 1) * 62_000);
  }
  await expect.poll(() => place.bytesRead, { interval: 2 }).toBeGreaterThan(80 * 62_000);
  place.clock.advance(500);
  await place.seen("1 closed 1008 too many unfinished messages");
});

test("beyond the number of handshakes that may wait for a decision, a client gets 503", async () => {
  const place = await station({ maxHandshakes: 2 });
  place.awaitsDecision = true;
  const [first] = [place.connect(), place.connect()];
  await place.seen("1 upgrade");
  await place.seen("2 upgrade");
  await expect(place.connect().opened).rejects.toMatchObject({ status: 503 });
  place.transport.upgrades.refuse(place.sessions[0]!, { status: 403, text: "no" });
  await expect(first?.opened).rejects.toMatchObject({ status: 403 });
  place.connect();
  await place.seen("3 upgrade");
  expect(place.limits).toEqual(["maxHandshakes 2"]);
});

test("messages beyond the burst close the session where its route says so", async () => {
  const place = await station({});
  place.opening = { messageRate: 10, messageBurst: 3, overRate: "close" };
  const [client] = await place.connected();
  for (let at = 0; at < 5; at += 1) client.send("x");
  expect(await client.closed).toMatchObject({ code: 1008, reason: "more than 10 messages a second" });
  expect(place.events.filter((text) => text.startsWith("1 message"))).toHaveLength(3);
  expect(place.limits).toEqual(["messageRate 10"]);
});
