import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { TransportHarness } from "../../support/transport-harness.ts";

const stations: TransportHarness[] = [];

function station(...options: ConstructorParameters<typeof TransportHarness>): Promise<TransportHarness> {
  const made = new TransportHarness(...options);
  stations.push(made);
  return made.start();
}

afterEach(async () => {
  for (const made of stations.splice(0)) await made.stop();
});

/** Everything that a raw socket receives until its end. */
async function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}

/** A frame as a client sends it, masked with zeros. */
function clientFrame(first: number, payload: Buffer | string, length = payload.length): Buffer {
  const size = Buffer.alloc(length < 126 ? 1 : 9);
  size[0] = length < 126 ? length : 127;
  if (length >= 126) size.writeBigUInt64BE(BigInt(length), 1);
  size[0] |= 0x80;
  return Buffer.concat([Buffer.from([first]), size, Buffer.alloc(4), Buffer.from(payload)]);
}

describe("the handshake", () => {
  it("opens a session and hands over its messages, in order", async () => {
    const here = await station();
    const client = here.connect();
    for (const text of ["one", "", "three"]) client.send(text);
    await here.seen("1 message 5");
    expect(here.events).toEqual(["1 open", "1 message 3", "1 message 0", "1 message 5"]);
    expect(here.messages).toEqual(["one", "", "three"]);
  });

  it("delivers frames that came with the request", async () => {
    const here = await station();
    await here.dial(Buffer.concat([Buffer.from(here.handshake()), clientFrame(0x81, "early")]));
    await here.seen("1 message 5");
    expect(here.events).toEqual(["1 open", "1 message 5"]);
  });

  it.each([
    ["no key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "X: y", 400],
    ["an old version", "Version: 13", "Version: 7", 400],
    ["another method", "GET", "POST", 405],
  ])("refuses a request with %s before there is a session", async (_, good, bad, status) => {
    const here = await station();
    const socket = await here.dial(here.handshake().replace(good, bad));
    expect(await readToEnd(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(here.sessions).toEqual([]);
  });

  it("waits for a decision where one is awaited", async () => {
    const here = await station();
    here.awaitsDecision = true;
    const client = here.connect();
    await here.seen("1 upgrade");
    here.outbox.send(here.sessions[0]!, "while connecting");
    here.outbox.flush();
    expect(here.events).toEqual(["1 upgrade"]);
    here.transport.upgrades.accept(here.sessions[0]!, { protocol: null, headers: [] });
    here.transport.upgrades.accept(here.sessions[0]!, { protocol: null, headers: [] });
    here.outbox.send(here.sessions[0]!, "after");
    here.outbox.flush();
    expect([await client.next(), await client.next()]).toEqual(["while connecting", "after"]);
    expect(here.events).toEqual(["1 upgrade", "1 open"]);
  });

  it("refuses with a complete HTTP response, and reports no close", async () => {
    const here = await station();
    here.awaitsDecision = true;
    const client = here.connect();
    await here.seen("1 upgrade");
    here.outbox.send(here.sessions[0]!, "never");
    here.outbox.flush();
    here.transport.upgrades.refuse(here.sessions[0]!, { status: 401, text: "who are you?" });
    await expect(client.opened).rejects.toMatchObject({ status: 401, body: "who are you?\n" });
    here.transport.upgrades.accept(here.sessions[0]!, { protocol: null, headers: [] });
    expect(here.events).toEqual(["1 upgrade"]);
    expect(here.outbox.counts).toMatchObject({ offered: 1, droppedClosed: 1, queued: 0 });
  });

  it.each([101, 200, 299, 600, 12_345, NaN])("turns status %d of a refusal into 403", async (status) => {
    const here = await station();
    here.awaitsDecision = true;
    const client = here.connect();
    await here.seen("1 upgrade");
    here.transport.upgrades.refuse(here.sessions[0]!, { status, text: "" });
    await expect(client.opened).rejects.toMatchObject({ status: 403 });
  });

  it("answers 503 when no decision comes in time", async () => {
    const here = await station({ handshakeTimeout: 10_000 });
    here.awaitsDecision = true;
    const client = here.connect();
    await here.seen("1 upgrade");
    here.clock.advance(9999);
    expect(here.events).toEqual(["1 upgrade"]);
    here.clock.advance(1);
    await expect(client.opened).rejects.toMatchObject({ status: 503 });
    expect(here.events).toEqual(["1 upgrade", "1 closed 1006 no decision in time"]);
  });

  it("notices a client that leaves while it is being decided", async () => {
    const here = await station();
    here.awaitsDecision = true;
    for (let number = 1; number <= 10; number++) {
      const socket = await here.dial();
      await here.seen(`${number} upgrade`);
      here.outbox.send(here.sessions[number - 1]!, "never");
      here.outbox.flush();
      socket.resetAndDestroy();
      await here.seen(`${number} closed 1006`);
      here.transport.upgrades.accept(here.sessions[number - 1]!, { protocol: null, headers: [] });
    }
    expect(here.outbox.counts).toMatchObject({ offered: 10, droppedClosed: 10, queued: 0 });
    expect(here.transport.size).toBe(0);
  });

  it("reports the close of a client that had left before its 101", async () => {
    const here = await station();
    here.awaitsDecision = true;
    const accepted = new Promise<string[]>((resolve) => {
      here.http.on("upgrade", (_request, socket) => {
        socket.destroy();
        here.transport.upgrades.accept(here.sessions[0]!, { protocol: null, headers: [] });
        resolve([...here.events]);
      });
    });
    await here.dial();
    expect(await accepted).toEqual(["1 upgrade", "1 closed 1006"]);
  });

  it("survives resets at every moment", async () => {
    const here = await station();
    here.awaitsDecision = true;
    for (let n = 0; n < 20; n++) {
      const socket = await here.dial();
      if (n % 4 === 0) await here.seen(`${here.sessions.length + 1} upgrade`);
      if (n % 4 === 1) await once(here.http, "upgrade");
      socket.resetAndDestroy();
      for (const session of here.sessions)
        here.transport.upgrades.accept(session, { protocol: null, headers: [] });
    }
    here.awaitsDecision = false;
    const client = here.connect();
    await client.opened;
    here.outbox.broadcast(here.route, "still here", null);
    here.outbox.flush();
    expect(await client.next()).toBe("still here");
  });
});

describe("receiving", () => {
  it("puts fragments together, with control frames between them", async () => {
    const here = await station();
    const socket = await here.dial();
    socket.write(clientFrame(0x01, "frag"));
    socket.write(clientFrame(0x8a, ""));
    socket.write(clientFrame(0x00, "men"));
    socket.write(clientFrame(0x80, "ted"));
    await here.seen("1 message 10");
    expect(here.messages).toEqual(["fragmented"]);
    expect(here.events).toEqual(["1 open", "1 pong", "1 message 10"]);
  });

  it("takes 64 KiB, text beyond ASCII, and bytes that own their memory", async () => {
    const here = await station();
    const [client] = await here.connected();
    client.send("x".repeat(65_536));
    client.send("grüß € 😀");
    client.send(new Uint8Array([1, 2]));
    await here.seen("1 message 2");
    const [long, text, bytes] = here.messages as [string, string, Uint8Array];
    expect(long).toBe("x".repeat(65_536));
    expect(text).toBe("grüß € 😀");
    expect(bytes).toEqual(new Uint8Array([1, 2]));
    expect(bytes.constructor).toBe(Uint8Array);
    expect(bytes.buffer.byteLength).toBe(2);
  });

  it.each([
    ["a message above the limit", 1009, clientFrame(0x82, "", 1025)],
    ["bad UTF-8", 1007, clientFrame(0x81, Buffer.from([0xc3, 0x28]))],
    ["a reserved bit", 1002, clientFrame(0xc1, "x")],
    ["an unknown opcode", 1002, clientFrame(0x83, "x")],
    ["a frame without mask", 1002, Buffer.from([0x81, 1, 120])],
  ])("closes on %s with %d, and reports it", async (_, code, bytes) => {
    const here = await station({ maxPayload: 1024 });
    const socket = await here.dial();
    const reply = readToEnd(socket);
    socket.write(Buffer.concat([clientFrame(0x81, "good"), bytes]));
    await here.seen(`1 closed ${code}`);
    socket.end();
    expect(await reply).toMatch(new RegExp(`\x88\x02${String.fromCharCode(code >> 8, code & 255)}$`, "s"));
    expect(here.events).toEqual(["1 open", "1 message 4", `1 closed ${code}`]);
  });

  it("takes a message of just the limit", async () => {
    const here = await station({ maxPayload: 1024 });
    const [client] = await here.connected();
    client.send("x".repeat(1024));
    await here.seen("1 message 1024");
  });

  it("leaves what a client sends in the network while reading is paused", async () => {
    const here = await station();
    const [client, session] = await here.connected();
    const [other] = await here.connected();
    here.transport.pauseReading(session);
    await new Promise((resolve) => client.socket.send("waits", resolve));
    other.send("overtakes!");
    await here.seen("2 message 10");
    expect(here.events).not.toContain("1 message 5");
    here.transport.resumeReading(session);
    await here.seen("1 message 5");
  });
});

describe("closing", () => {
  it("delivers what was sent before: Goodbye, then the close", async () => {
    const here = await station();
    const [client, session] = await here.connected();
    here.outbox.send(session, "Goodbye");
    here.outbox.close(session, 4000, "enough");
    here.outbox.flush();
    expect(here.events.at(-1)).toBe("1 closed 4000 enough");
    expect(await client.next()).toBe("Goodbye");
    expect(await client.closed).toEqual({ code: 4000, reason: "enough" });
  });

  it("gives a session that was closed while connecting its frames and the close", async () => {
    const here = await station();
    here.awaitsDecision = true;
    const client = here.connect();
    await here.seen("1 upgrade");
    here.outbox.send(here.sessions[0]!, "no room");
    here.outbox.close(here.sessions[0]!, 1013, "full");
    here.outbox.flush();
    here.transport.upgrades.accept(here.sessions[0]!, { protocol: null, headers: [] });
    expect(await client.next()).toBe("no room");
    expect(await client.closed).toEqual({ code: 1013, reason: "full" });
    expect(here.events).toEqual(["1 upgrade", "1 open", "1 closed 1013 full"]);
  });

  it("reports a peer's close after all that the peer sent, with its code and reason", async () => {
    const here = await station();
    const [client] = await here.connected();
    client.send("last words");
    client.close(4001, "tschüß");
    await here.seen("1 closed 4001 tschüß");
    expect(here.events).toEqual(["1 open", "1 message 10", "1 closed 4001 tschüß"]);
    expect(await client.closed).toEqual({ code: 4001, reason: "tschüß" });
  });

  it("reports a close when it is decided, not when the peer ends the connection", async () => {
    const here = await station();
    const socket = await here.dial();
    socket.write(clientFrame(0x88, Buffer.from([0x03, 0xe8])));
    await here.seen("1 closed 1000");
    expect(here.transport.size).toBe(1);
    expect(socket.destroyed).toBe(false);
  });

  it("reports a close without a code as 1005, and a lost connection as 1006", async () => {
    const here = await station();
    const [client] = await here.connected();
    client.socket.close();
    await here.seen("1 closed 1005");
    const [other] = await here.connected();
    other.terminate();
    await here.seen("2 closed 1006");
    expect(here.events.filter((text) => text.includes("closed"))).toHaveLength(2);
  });

  it("writes nothing after a peer's close, and counts it", async () => {
    const here = await station();
    const [client, session] = await here.connected();
    client.close();
    await here.seen("1 closed 1000");
    here.outbox.send(session, "too late");
    here.outbox.flush();
    await client.closed;
    expect(client.unread).toBe(0);
    expect(here.outbox.counts).toMatchObject({ offered: 1, droppedClosed: 1 });
  });

  it("ends although the peer's answer comes while reading is paused", async () => {
    const here = await station();
    const [client, session] = await here.connected();
    here.transport.pauseReading(session);
    here.outbox.close(session, 1000, "");
    here.outbox.flush();
    expect((await client.closed).code).toBe(1000);
  });

  it("cuts a reader that has stopped", async () => {
    const here = await station({}, { unsentLimit: 1024 * 1024, slowGrace: 5000 });
    const [slow, session] = await here.connected();
    const [quick] = await here.connected();
    slow.socket.pause();
    const part = "x".repeat(512 * 1024);
    while (!here.events.includes("1 closed 1013 slow consumer")) {
      here.outbox.broadcast(here.route, part, null);
      here.outbox.flush();
      expect((await quick.next()).length).toBe(part.length);
    }
    expect(here.transport.size).toBe(2);
    here.clock.advance(5000);
    slow.socket.resume();
    expect((await slow.closed).code).toBe(1006);
    expect(session.state).toBe("closed");
    expect(here.outbox.counts).toMatchObject({ cutSlow: 1, droppedSlow: 3, queued: 0 });
  });
});

describe("compression", () => {
  const long = "the same words and the same words ".repeat(50);
  const large = long.repeat(50);

  it.each([
    ["takes it", "permessage-deflate", true],
    ["cannot read the full window", "permessage-deflate; server_max_window_bits=10", false],
    ["did not offer it", "", false],
  ])("is used for a client that %s: %s", async (_, offer, isCompressed) => {
    const here = await station({ deflate: true }, { deflateThreshold: 1024 });
    const socket = await here.dial(
      here.handshake(...(offer === "" ? [] : [`Sec-WebSocket-Extensions: ${offer}`])),
    );
    const reply = readToEnd(socket);
    await here.seen("1 open");
    here.outbox.send(here.sessions[0]!, long);
    here.outbox.close(here.sessions[0]!, 1000, "");
    here.outbox.flush();
    socket.write(clientFrame(0x88, Buffer.from([0x03, 0xe8])));
    const [head, frames] = (await reply).split("\r\n\r\n", 2) as [string, string];
    expect(/server_no_context_takeover/.test(head)).toBe(offer !== "");
    expect(frames.charCodeAt(0)).toBe(isCompressed ? 0xc1 : 0x81);
  });

  it("is understood by a client, both ways, message after message", async () => {
    const here = await station({ deflate: true }, { deflateThreshold: 100 });
    const [client, session] = await here.connected({ perMessageDeflate: { threshold: 0 } });
    for (let n = 0; n < 3; n++) {
      here.outbox.send(session, `${n} ${long}`);
      here.outbox.send(session, `${n} ${large}`);
      here.outbox.send(session, "short");
      here.outbox.flush();
      expect(await client.next()).toBe(`${n} ${long}`);
      expect(await client.next()).toBe(`${n} ${large}`);
      expect(await client.next()).toBe("short");
      client.send(`${n} ${long}`);
    }
    client.send("done");
    await here.seen("1 message 4");
    expect(here.messages).toEqual([0, 1, 2].map((n) => `${n} ${long}`).concat("done"));
  });
});

describe("signs of life", () => {
  const beat = { heartbeat: { interval: 25_000, timeout: 20_000 } };

  it("are asked for after a silence, and a client that responds stays", async () => {
    const here = await station(beat);
    const [client] = await here.connected();
    let pings = 0;
    client.socket.on("ping", () => pings++);
    for (let n = 1; n <= 3; n++) {
      here.clock.advance(27_500);
      await new Promise((resolve) => client.socket.once("ping", resolve));
      expect(pings).toBe(n);
      client.send("x".repeat(n));
      await here.seen(`1 message ${n}`);
    }
    expect(here.events.filter((text) => text === "1 pong").length).toBeGreaterThan(0);
    expect(here.events.some((text) => text.includes("closed"))).toBe(false);
  });

  it("end the connection when they do not come", async () => {
    const here = await station(beat);
    const [client] = await here.connected({ autoPong: false });
    here.clock.advance(25_000 + 19_999);
    await new Promise((resolve) => client.socket.once("ping", resolve));
    expect(here.events).toEqual(["1 open"]);
    here.clock.advance(2_501);
    await here.seen("1 closed 1006");
    expect((await client.closed).code).toBe(1006);
  });

  it("are not waited for while we do not read", async () => {
    const here = await station(beat);
    const [client, session] = await here.connected({ autoPong: false });
    here.transport.pauseReading(session);
    here.clock.advance(3_600_000);
    here.transport.resumeReading(session);
    client.send("hello");
    await here.seen("1 message 5");
  });

  it("need no timer without connections", async () => {
    const here = await station(beat);
    const [client] = await here.connected();
    expect(here.clock.waiting).toBe(2);
    client.close();
    await client.closed;
    await here.seen("1 closed 1000");
    here.clock.advance(10_000);
    expect(here.clock.waiting).toBe(0);
  });
});

describe("shutting down", () => {
  it("closes all sessions after the messages that were sent, and refuses new and waiting clients", async () => {
    const here = await station();
    const people = Array.from({ length: 300 }, () => here.connect());
    await Promise.all(people.map((client) => client.opened));
    here.awaitsDecision = true;
    const waiting = here.connect();
    await here.seen("301 upgrade");
    here.outbox.broadcast(here.route, "we are closing", null);
    const gone = here.transport.shutdown(1001, "restart", 1000);
    await expect(waiting.opened).rejects.toMatchObject({ status: 503 });
    await expect(here.connect().opened).rejects.toMatchObject({ status: 503 });
    for (const client of people) {
      expect(await client.next()).toBe("we are closing");
      expect(await client.closed).toEqual({ code: 1001, reason: "restart" });
    }
    await gone;
    expect(here.events.filter((text) => text.endsWith("closed 1001 restart"))).toHaveLength(300);
    expect(here.transport.size).toBe(0);
  });

  it("cuts clients that do not leave within the grace", async () => {
    const here = await station();
    const socket = await here.dial();
    await here.seen("1 open");
    const gone = here.transport.shutdown(1001, "", 1000);
    await here.seen("1 closed 1001");
    expect(here.transport.size).toBe(1);
    here.clock.advance(1000);
    await gone;
    await readToEnd(socket);
    expect(here.transport.size).toBe(0);
  });
});
