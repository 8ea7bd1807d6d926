import { onTestFinished, expect, test } from "vitest";
import { TransportHarness } from "../../support/transport-harness.ts";

async function station(opening: TransportHarness["opening"]): Promise<TransportHarness> {
  const station = await new TransportHarness({ heartbeat: null }).start();
  station.opening = opening;
  onTestFinished(() => station.stop());
  return station;
}

/** Lets the sockets be read: a message and its answer have gone to and fro by another way. */
async function settle(station: TransportHarness): Promise<void> {
  const paced = station.opening;
  station.opening = {};
  const [other, session] = await station.connected();
  station.onMessage = (from) => {
    if (from === session) station.outbox.send(session, "read");
  };
  other.send("x");
  await station.seen(`${session.ref} message 1`);
  station.opening = paced;
}

/** Lets time pass in steps, in each of which the sockets are read. */
async function pass(place: TransportHarness, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    place.clock.advance(100);
    await settle(place);
  }
}

function messagesOf(station: TransportHarness, ref: number): string[] {
  return station.events.filter((text) => text.startsWith(`${ref} message`));
}

test("a second's worth of messages comes at once, the rest as time goes by, in order, none dropped", async () => {
  const place = await station({ messageRate: 10 });
  const [client] = await place.connected();
  for (let i = 1; i <= 35; i += 1) client.send("x".repeat(i));
  await place.seen("1 message 10");
  await settle(place);
  expect(messagesOf(place, 1)).toHaveLength(10);
  await pass(place, 1000);
  // A timer may come a step late, never early.
  expect(messagesOf(place, 1).length).toBeGreaterThanOrEqual(19);
  expect(messagesOf(place, 1).length).toBeLessThanOrEqual(20);
  await pass(place, 1700);
  expect(messagesOf(place, 1)).toEqual(Array.from({ length: 35 }, (_, at) => `1 message ${at + 1}`));
});

test("a client that pauses has a second's worth of messages again, and no more", async () => {
  const place = await station({ messageRate: 5 });
  const [client] = await place.connected();
  for (let i = 0; i < 5; i += 1) client.send("first");
  await settle(place);
  place.clock.advance(60_000);
  for (let i = 0; i < 7; i += 1) client.send("again");
  await settle(place);
  expect(messagesOf(place, 1)).toHaveLength(10);
});

test("the socket is not read while its messages wait", async () => {
  const place = await station({ messageRate: 1 });
  const [client, session] = await place.connected();
  client.send("a");
  client.send("b");
  await place.seen("1 message 1");
  await settle(place);
  const read = place.messages.length;
  client.send("c".repeat(3));
  await settle(place);
  place.transport.resumeReading(session);
  await settle(place);
  expect(messagesOf(place, 1)).toHaveLength(1);
  expect(place.messages.length - read).toBe(2);
  place.clock.advance(1000);
  expect(messagesOf(place, 1)).toHaveLength(2);
});

test("a peer's close comes after all that it sent", async () => {
  const place = await station({ messageRate: 1 });
  const [client] = await place.connected();
  // All in one piece, so that the close has been read when the first message is let through.
  client.socket.pause();
  for (const text of ["a", "bb", "ccc"]) client.send(text);
  client.close(1000, "");
  client.socket.resume();
  await place.seen("1 closed 1000");
  expect(place.events.slice(1)).toEqual(["1 message 1", "1 message 2", "1 message 3", "1 closed 1000"]);
});

test("pings are reported only for sessions that want them, and all get a pong", async () => {
  const place = await station({ wantsPings: true });
  const [hearing] = await place.connected();
  place.opening = {};
  const [plain] = await place.connected();
  const pongs = [hearing, plain].map(
    ({ socket }) => new Promise<void>((resolve) => void socket.once("pong", () => resolve())),
  );
  hearing.socket.ping();
  plain.socket.ping();
  await Promise.all(pongs);
  expect(place.events.filter((text) => text.endsWith("ping"))).toEqual(["1 ping"]);
});

test("one route's bound of a message is not another's", async () => {
  const place = await station({ maxPayload: 10 });
  const [small] = await place.connected();
  place.opening = { maxPayload: 2 * 1024 * 1024 };
  const [large] = await place.connected();
  large.send("x".repeat(1_500_000));
  small.send("x".repeat(11));
  await place.seen("2 message 1500000");
  expect(await small.closed).toMatchObject({ code: 1009 });
});
