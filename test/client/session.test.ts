import { describe, expect, it } from "vitest";
import { Bench, openBench } from "./support/bench.ts";

const RETURN = 500;

/** The controls of one type that the server has. */
function controls({ server }: Bench, type: string): unknown[] {
  return server.session.controls.filter((control) => control["type"] === type);
}

describe("a session that outlives its line", () => {
  it("sends again what the server does not have, in order, then what has waited", async () => {
    const bench = await openBench();
    bench.client.send("one");
    await bench.settle();
    bench.client.send("two");
    bench.client.send(Uint8Array.of(3));
    bench.server.socket.break();
    bench.client.send("four");
    await bench.pass(RETURN);
    expect(bench.server.sessions.size).toBe(1);
    expect(bench.server.session.messages).toEqual(["one", "two", [3], "four"]);
    expect(bench.of("open")[1]).toEqual({ resumed: true, reason: null, session: "s1", lost: 0 });
  });

  it("gets what was sent to it meanwhile, none twice", async () => {
    const bench = await openBench();
    bench.server.session.send("one");
    await bench.settle();
    bench.server.session.send("two");
    bench.server.socket.break();
    bench.server.session.send(Uint8Array.of(3));
    await bench.pass(RETURN);
    expect(bench.of("message")).toEqual(["one", "two", Uint8Array.of(3)]);
    expect(bench.server.socket.offered[1]).toBe("parlor.resume.1.boot1.s1.secret1");
  });

  it("spends its old token with `ready`, and offers the new one next", async () => {
    const bench = await openBench();
    expect(controls(bench, "ready")).toHaveLength(1);
    for (const secret of ["secret1", "secret2"]) {
      bench.server.socket.break();
      await bench.pass(RETURN * 2);
      expect(bench.server.socket.offered[1]).toBe(`parlor.resume.0.boot1.s1.${secret}`);
    }
  });

  it("offers the old token again if the welcome with the new one was lost", async () => {
    const bench = await openBench();
    bench.server.socket.break();
    bench.clock.advance(RETURN);
    await Promise.resolve();
    await Promise.resolve();
    bench.server.socket.step();
    bench.server.socket.break();
    await bench.pass(1000);
    expect(bench.client.resumed).toBe(true);
    expect(bench.server.socket.offered[1]).toBe("parlor.resume.0.boot1.s1.secret1");
  });

  it.each([
    ["server-restarted", (bench: Bench) => bench.server.restart()],
    ["expired", (bench: Bench) => bench.server.sessions.clear()],
    ["unknown", (bench: Bench) => void (bench.server.session.secrets = [])],
    [
      "overflow",
      ({ server: { session } }: Bench) => {
        session.most = 1;
        session.send("dropped");
        session.send("kept");
      },
    ],
  ])("is fresh if the server says %s, and what may have arrived is not sent twice", async (reason, harm) => {
    const bench = await openBench();
    bench.client.send("may have arrived");
    const asked = bench.client.request("sent");
    bench.server.socket.break();
    harm(bench);
    bench.client.send("has waited");
    const waiting = bench.client.request("waits");
    await bench.pass(RETURN);
    expect(bench.of("open")[1]).toEqual({ resumed: false, reason, session: expect.anything(), lost: 1 });
    expect(bench.client.reason).toBe(reason);
    await expect(asked).rejects.toMatchObject({ code: "lost" });
    const { session } = bench.server;
    expect(session.messages).toEqual(["has waited"]);
    session.envelope({ type: "reply", id: session.envelopes[0]!["id"], data: 7 });
    await bench.settle();
    expect(await waiting).toBe(7);
  });

  it("fails a request that the lost session had confirmed", async () => {
    const bench = await openBench();
    const asked = bench.client.request("confirmed");
    await bench.settle();
    bench.server.session.ack();
    await bench.settle();
    bench.server.restart();
    bench.server.socket.break();
    await bench.pass(RETURN);
    await expect(asked).rejects.toMatchObject({ code: "lost" });
  });

  it("numbers a fresh session anew", async () => {
    const bench = await openBench();
    bench.server.session.send("old");
    bench.client.send("old");
    await bench.settle();
    bench.server.restart();
    bench.server.socket.break();
    await bench.pass(RETURN);
    bench.server.session.send("new");
    bench.client.send("new");
    await bench.settle();
    bench.server.socket.break();
    await bench.pass(1000);
    expect(bench.of("message")).toEqual(["old", "new"]);
    expect(bench.server.session.messages).toEqual(["new"]);
    expect(bench.client.resumed).toBe(true);
  });

  it("drops what the server has confirmed", async () => {
    const bench = await openBench();
    bench.client.send("one");
    bench.client.send("two");
    await bench.settle();
    expect(bench.client.waiting).toBe(2);
    bench.server.session.ack();
    await bench.settle();
    expect(bench.client.waiting).toBe(0);
  });

  it.each([
    ["a gap in what the server sends", { sent: 7 }],
    ["a gap in what the server has", { received: 7 }],
  ])("is given up after %s", async (_, wrong) => {
    const bench = await openBench();
    const { session } = bench.server;
    bench.server.socket.break();
    const control = session.control.bind(session);
    session.control = (fields) => control(fields["type"] === "welcome" ? { ...fields, ...wrong } : fields);
    await bench.pass(RETURN);
    expect(bench.of("away").at(-1)?.reason).toBe("the server breaks the protocol: a gap");
    await bench.pass(1000);
    expect(bench.server.socket.offered).toEqual(["parlor.v1"]);
    expect(bench.client.resumed).toBe(false);
  });

  it.each([
    ["an ack of what was not sent", [1, ...new TextEncoder().encode('{"type":"ack","received":9}')]],
    ["control that is not JSON", [1, 0x7b]],
    ["an envelope that is no object", [2, 0x37]],
  ])("is given up after %s", async (_, bytes) => {
    const bench = await openBench();
    bench.server.socket.toClient(Uint8Array.from(bytes));
    await bench.settle();
    expect(bench.client.state).toBe("away");
    await bench.pass(RETURN);
    expect(bench.server.socket.offered).toEqual(["parlor.v1"]);
  });

  it("ignores controls, envelopes and first bytes that it does not know", async () => {
    const bench = await openBench();
    bench.server.session.control({ type: "news" });
    bench.server.session.envelope({ type: "news" });
    bench.server.socket.toClient(Uint8Array.of(9, 1));
    bench.server.session.send("after");
    await bench.settle();
    expect(bench.of("message")).toEqual(["after"]);
    await bench.pass(1000);
    expect(controls(bench, "ack")).toEqual([{ type: "ack", received: 2 }]);
  });

  it("closes a dead socket of a browser only when a new one has the session", async () => {
    const bench = await openBench();
    const dead = bench.server.socket;
    dead.die();
    await bench.pass(40_000);
    expect(dead.closedWith).toBeNull();
    await bench.pass(RETURN);
    expect(bench.client.resumed).toBe(true);
    expect(dead.closedWith).toBe(1000);
    dead.onmessage?.({ data: "late" } as never);
    expect(bench.of("message")).toEqual([]);
  });
});

describe("a session of a route that does not resume", () => {
  it("keeps nothing that was written, and confirms nothing", async () => {
    const bench = new Bench();
    bench.server.welcome.resume = 0;
    const asked = bench.client.request("history");
    await bench.settle();
    bench.client.send("one");
    bench.server.session.send("two");
    await bench.pass(2000);
    expect(bench.client.waiting).toBe(0);
    expect(controls(bench, "ack")).toEqual([]);
    bench.server.socket.break();
    bench.client.send("three");
    await bench.pass(RETURN);
    expect(bench.server.socket.offered).toEqual(["parlor.v1"]);
    expect(bench.server.all.map(({ messages }) => messages)).toEqual([["one"], ["three"]]);
    await expect(asked).rejects.toMatchObject({ code: "lost" });
  });
});

describe("acknowledgements of a client", () => {
  it("are sent a second after the first frame, once for all", async () => {
    const bench = await openBench();
    bench.server.session.send("one");
    bench.server.session.send("two");
    await bench.settle();
    await bench.pass(999);
    expect(controls(bench, "ack")).toEqual([]);
    await bench.pass(1);
    expect(controls(bench, "ack")).toEqual([{ type: "ack", received: 2 }]);
    await bench.pass(5000);
    expect(controls(bench, "ack")).toHaveLength(1);
  });

  it("are sent after 64 KiB", async () => {
    const bench = await openBench();
    bench.server.session.send("x".repeat(65_535));
    await bench.settle();
    expect(controls(bench, "ack")).toEqual([]);
    bench.server.session.send("x");
    await bench.settle();
    expect(controls(bench, "ack")).toEqual([{ type: "ack", received: 2 }]);
  });
});

describe("a silent line", () => {
  it("is pinged, and stays with a response", async () => {
    const bench = await openBench();
    for (let round = 0; round < 5; round += 1) await bench.pass(20_000);
    expect(controls(bench, "ping").length).toBeGreaterThan(1);
    expect(bench.client.state).toBe("open");
  });

  it("is not pinged while it is not silent", async () => {
    const bench = await openBench();
    for (let round = 0; round < 5; round += 1) {
      await bench.pass(19_000);
      bench.server.session.send("news");
      await bench.pass(1000);
    }
    expect(controls(bench, "ping")).toEqual([]);
  });

  it("is lost after two heartbeats", async () => {
    const bench = await openBench();
    bench.server.socket.die();
    await bench.pass(39_999);
    expect(bench.client.state).toBe("open");
    await bench.pass(1);
    expect(bench.of("away")).toEqual([{ code: 1006, reason: "no response to a ping", pause: RETURN }]);
  });

  it("is tried at once when the network has changed, at most once in three seconds", async () => {
    const bench = await openBench();
    bench.page.report("online");
    bench.page.report("visible");
    await bench.pass(3000);
    expect(controls(bench, "ping")).toHaveLength(1);
    expect(bench.client.state).toBe("open");
    await bench.pass(10_000);
    bench.server.socket.die();
    bench.page.report("online");
    await bench.pass(3000);
    expect(bench.client.state).toBe("away");
  });
});

describe("requests", () => {
  it("get the script's reply", async () => {
    const bench = await openBench();
    const history = bench.client.request("history", { last: 2 });
    await bench.settle();
    expect(bench.server.session.envelopes).toEqual([
      { type: "request", id: 1, name: "history", data: { last: 2 } },
    ]);
    bench.server.session.envelope({ type: "reply", id: 1, data: ["a", "b"] });
    await bench.settle();
    expect(await history).toEqual(["a", "b"]);
  });

  it("reject with the script's code and message", async () => {
    const bench = await openBench();
    const history = bench.client.request("history");
    const error = { code: "forbidden", message: "not yours" };
    bench.server.session.envelope({ type: "reply", id: 1, error });
    bench.server.session.envelope({ type: "reply", id: 9, data: "not awaited" });
    await bench.settle();
    await expect(history).rejects.toMatchObject({ name: "RequestError", ...error });
  });

  it("reject when the reply takes too long, and when the client is closed", async () => {
    const bench = await openBench();
    const slow = bench.client.request("slow", null, { timeout: 500 });
    const other = bench.client.request("other");
    bench.clock.advance(500);
    await expect(slow).rejects.toMatchObject({ code: "timeout" });
    bench.client.close();
    await expect(other).rejects.toMatchObject({ code: "closed" });
    await expect(bench.client.request("late")).rejects.toMatchObject({ code: "closed" });
    expect(bench.clock.waiting).toBe(0);
  });

  it("survive the line: the reply comes with the next one", async () => {
    const bench = await openBench();
    const history = bench.client.request("history");
    bench.server.socket.break();
    await bench.pass(RETURN);
    bench.server.session.envelope({ type: "reply", id: 1, data: 1 });
    await bench.settle();
    expect(await history).toBe(1);
    expect(bench.server.session.envelopes).toHaveLength(1);
  });

  it("reach the handler of their name, if they come from the script", async () => {
    const bench = await openBench();
    bench.client.handle("add", async (data) => (data as number[]).reduce((sum, one) => sum + one, 0));
    bench.client.handle("nothing", () => undefined);
    bench.client.handle("fail", () => {
      throw Object.assign(new Error("no"), { code: "busy" });
    });
    const off = bench.client.handle("gone", () => 1);
    off();
    for (const [id, name] of ["add", "nothing", "fail", "gone"].entries())
      bench.server.session.envelope({ type: "request", id, name, data: [1, 2] });
    await bench.settle();
    const replies = bench.server.session.envelopes.toSorted((a, b) => Number(a["id"]) - Number(b["id"]));
    expect(replies).toEqual([
      { type: "reply", id: 0, data: 3 },
      { type: "reply", id: 1, data: null },
      { type: "reply", id: 2, error: { code: "busy", message: "no" } },
      { type: "reply", id: 3, error: { code: "unknown", message: "the client has no handler for gone" } },
    ]);
  });

  it("fail if the handler's result is not JSON, or cannot be sent as it is", async () => {
    const bench = await openBench();
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    bench.client.handle("circle", () => circle);
    bench.client.handle("big", () => 1n);
    for (const [id, name] of ["circle", "big"].entries())
      bench.server.session.envelope({ type: "request", id, name, data: null });
    await bench.settle();
    const error = { code: "failed", message: expect.stringMatching(/circular|BigInt/) as string };
    expect(bench.server.session.envelopes).toEqual([
      { type: "reply", id: 0, error },
      { type: "reply", id: 1, error },
    ]);
  });

  it("reject at once if their data is not JSON, and leave no timer", async () => {
    const bench = await openBench();
    const timers = bench.clock.waiting;
    await expect(bench.client.request("sum", 1n)).rejects.toThrow(/BigInt/);
    expect(bench.clock.waiting).toBe(timers);
    expect(bench.server.session.envelopes).toEqual([]);
  });

  it("get no reply if they came to a session that is gone", async () => {
    const bench = await openBench();
    let reply: (value: string) => void = () => undefined;
    bench.client.handle("slow", () => new Promise((resolve) => (reply = resolve)));
    bench.server.session.envelope({ type: "request", id: 1, name: "slow", data: null });
    await bench.settle();
    bench.server.restart();
    bench.server.socket.break();
    await bench.pass(RETURN);
    reply("late");
    await bench.settle();
    expect(bench.server.session.envelopes).toEqual([]);
  });
});

describe("other envelopes", () => {
  it("report presence and refused messages", async () => {
    const bench = await openBench();
    const list = [{ session: "s1", data: { name: "Ada" } }];
    bench.server.session.envelope({ type: "presence", room: "chat", list });
    bench.server.session.envelope({ type: "presence", room: "chat", changes: [] });
    bench.server.session.envelope({ type: "error", code: "invalid", message: "text is missing", of: "say" });
    await bench.settle();
    expect(bench.of("presence")).toEqual([
      { room: "chat", list },
      { room: "chat", changes: [] },
    ]);
    expect(bench.of("refused")).toEqual([{ code: "invalid", message: "text is missing", of: "say" }]);
  });
});

describe("messages with a name", () => {
  it("are sent by emit as text with a type", async () => {
    const bench = await openBench();
    expect(bench.client.emit("say", { text: "hi", at: [1] })).toBe(true);
    expect(bench.client.emit("leave", {})).toBe(true);
    await bench.settle();
    expect(bench.server.session.messages).toEqual([
      '{"type":"say","text":"hi","at":[1]}',
      '{"type":"leave"}',
    ]);
  });

  it("reach the listeners of their name alone, until these end", async () => {
    const bench = await openBench();
    const got: unknown[] = [];
    const end = bench.client.onMessage("said", (data) => got.push(data));
    bench.client.onMessage("left", (data) => got.push(["left", data]));
    const { session } = bench.server;
    for (const text of ['{"type":"said","id":1}', "said", '"said"', '{"said":1}', '{"type":"left"}', "{said"])
      session.send(text);
    session.send(new TextEncoder().encode('{"type":"said"}'));
    await bench.settle();
    expect(got).toEqual([{ id: 1 }, ["left", {}]]);
    expect(bench.of("message")).toHaveLength(7);
    end();
    session.send('{"type":"said","id":2}');
    await bench.settle();
    expect(got).toHaveLength(2);
  });
});
