import { describe, expect, it } from "vitest";
import { connect } from "../../src/client/connect.ts";
import { Bench, openBench } from "./support/bench.ts";

describe("a client", () => {
  it("is connecting, then open, and reports both", async () => {
    const bench = new Bench();
    expect(bench.client.state).toBe("connecting");
    expect(bench.log).toEqual([]);
    await bench.settle();
    expect(bench.client.state).toBe("open");
    expect(bench.log).toEqual([
      ["connecting", {}],
      ["open", { resumed: false, reason: null, session: "s1", lost: 0 }],
    ]);
    expect(bench.server.socket.offered).toEqual(["parlor.v1"]);
    expect(bench.client.session).toBe("s1");
  });

  it("comes back after a lost line, and says when", async () => {
    const bench = await openBench();
    await bench.pass(10_000);
    bench.server.socket.break();
    expect(bench.of("away")).toEqual([{ code: 1006, reason: "", pause: 500 }]);
    await bench.pass(499);
    expect(bench.client.state).toBe("away");
    await bench.pass(1);
    expect(bench.client.state).toBe("open");
    expect(bench.client.resumed).toBe(true);
  });

  it("makes pauses that grow up to the longest, each chosen at random", async () => {
    const numbers = [0, 1, 0.5, 1, 1, 1, 1, 1];
    const bench = new Bench({ random: () => numbers.shift() ?? 1, plain: true });
    bench.server.mode = "down";
    await bench.settle();
    for (let round = 0; round < 7; round += 1) await bench.pass(bench.of("away").at(-1)!.pause);
    const pauses = bench.of("away").map(({ pause }) => pause);
    expect(pauses).toEqual([250, 1000, 1500, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it("starts with the first pause again only after a line that lasted", async () => {
    const bench = await openBench();
    for (const lasted of [0, 0, 5000]) {
      await bench.pass(lasted);
      bench.server.socket.break();
      await bench.pass(bench.of("away").at(-1)!.pause);
    }
    expect(bench.of("away").map(({ pause }) => pause)).toEqual([500, 1000, 500]);
  });

  it("obeys the hint of a server that stops", async () => {
    const bench = await openBench();
    bench.server.socket.serverClose(1001, "retry-after=3.2");
    await bench.settle();
    expect(bench.of("away")).toEqual([{ code: 1001, reason: "retry-after=3.2", pause: 3200 }]);
  });

  it("tries at once when the network is back, and gives up an attempt from before", async () => {
    const bench = await openBench();
    bench.server.mode = "silent";
    bench.server.socket.break();
    bench.page.report("online");
    await bench.settle();
    expect(bench.client.state).toBe("connecting");
    const hanging = bench.server.socket;
    bench.server.mode = "v1";
    hanging.isDead = true;
    bench.page.report("online");
    await bench.settle();
    expect(bench.client.state).toBe("open");
    expect(bench.server.sockets).toHaveLength(3);
  });

  it("makes longer pauses in a hidden page, and none once the page is seen", async () => {
    const bench = await openBench();
    bench.page.isHiddenNow = true;
    bench.server.socket.break();
    expect(bench.of("away")[0]?.pause).toBe(2000);
    bench.page.report("visible");
    await bench.settle();
    expect(bench.client.state).toBe("open");
  });

  it("starts the next attempt when the app asks for it", async () => {
    const bench = await openBench();
    bench.server.socket.break();
    bench.client.retry();
    await bench.settle();
    expect(bench.client.state).toBe("open");
    bench.client.retry();
    expect(bench.server.sockets).toHaveLength(2);
  });

  it("gives up an attempt that takes too long", async () => {
    const bench = new Bench({ timeout: 3000 });
    bench.server.mode = "silent";
    await bench.settle();
    await bench.pass(3000);
    expect(bench.of("away")).toEqual([{ code: 1006, reason: "no connection within 3000 ms", pause: 500 }]);
    expect(bench.server.socket.closedWith).toBe(1005);
  });

  it("does not come back after a code that says so, and reports the end", async () => {
    const bench = await openBench();
    bench.server.socket.serverClose(4001, "no name");
    await bench.settle();
    expect(bench.of("closed")).toEqual([{ code: 4001, reason: "no name", by: "server" }]);
    expect(bench.client.send("late")).toBe(false);
    expect(bench.clock.waiting).toBe(0);
    expect(bench.page.watchers.size).toBe(0);
  });

  it("comes back, or not, as the app's own function says", async () => {
    const bench = await openBench({
      comeBack: (code) => (code === 4001 ? true : code === 1012 ? false : undefined),
    });
    bench.server.socket.serverClose(4001);
    await bench.settle();
    await bench.pass(500);
    expect(bench.client.state).toBe("open");
    bench.server.socket.serverClose(1012);
    await bench.settle();
    expect(bench.client.state).toBe("closed");
  });

  it("ends its session when it is closed, and lets nothing behind", async () => {
    const bench = await openBench();
    bench.client.send("last");
    const { session } = bench.server;
    bench.client.close();
    bench.client.close();
    await bench.settle();
    expect(session.messages).toEqual(["last"]);
    expect(bench.server.sessions.size).toBe(0);
    expect(bench.of("closed")).toEqual([{ code: 1000, reason: "", by: "client" }]);
    expect(bench.clock.waiting).toBe(0);
  });

  it("stays as it is when it is closed with a code that it may not send", async () => {
    const bench = await openBench();
    expect(() => bench.client.close(1001)).toThrow("InvalidAccessError");
    expect(bench.client.state).toBe("open");
  });

  it("can be closed before its first attempt", async () => {
    const bench = new Bench();
    bench.client.close();
    await bench.settle();
    expect(bench.log.map(([name]) => name)).toEqual(["closed"]);
    expect(bench.server.sockets).toHaveLength(0);
  });

  it("calls all listeners of an event but those that were removed, whatever one of them throws", async () => {
    const bench = await openBench();
    const seen: string[] = [];
    const off = bench.client.on("message", () => seen.push("removed"));
    bench.client.on("message", () => seen.push("kept"));
    off();
    bench.server.session.send("x");
    await bench.settle();
    expect(seen).toEqual(["kept"]);
  });
});

describe("the address and the token", () => {
  it("are fetched at each attempt", async () => {
    let tries = 0;
    const url = async () => `wss://server/ws/chat?try=${++tries}`;
    const bench = new Bench({ token: () => `token-${tries}` }, url);
    await bench.settle();
    bench.server.socket.break();
    await bench.pass(500);
    expect(bench.server.sockets.map(({ url: used }) => used)).toEqual([
      "wss://server/ws/chat?try=1",
      "wss://server/ws/chat?try=2",
    ]);
    expect(bench.server.sockets[0]?.offered).toEqual(["parlor.v1", "parlor.token.token-1"]);
    expect(bench.server.sockets[1]?.offered).toEqual([
      "parlor.v1",
      "parlor.resume.0.boot1.s1.secret1",
      "parlor.token.token-2",
    ]);
  });

  it("make a pause if they cannot be fetched, and are fetched again", async () => {
    let tries = 0;
    const bench = new Bench({ token: () => (tries++ === 0 ? Promise.reject(new Error("no login")) : "t") });
    await bench.settle();
    expect(bench.of("away")).toEqual([{ code: 1006, reason: "no login", pause: 500 }]);
    await bench.pass(500);
    expect(bench.client.state).toBe("open");
  });

  it("belong to no attempt if they come too late", async () => {
    const late: ((url: string) => void)[] = [];
    const bench = new Bench({ timeout: 1000 }, () => new Promise<string>((resolve) => late.push(resolve)));
    await bench.settle();
    await bench.pass(1000);
    late[0]!("ws://server/late");
    await bench.settle();
    expect(bench.server.sockets).toHaveLength(0);
  });

  it.each([
    ["/ws/chat", "is not an address"],
    ["ftp://server/", "is not ws: or wss:"],
    ["ws://", "is not an address"],
  ])("are refused at once if no attempt could use them: %s", (url, text) => {
    expect(() => connect(url)).toThrow(text);
  });

  it("may have the scheme of a page", async () => {
    const bench = new Bench({}, "https://server/ws/chat#top");
    await bench.settle();
    expect(bench.server.socket.url).toBe("wss://server/ws/chat");
  });

  it("refuses options that no attempt could use", () => {
    const { WebSocket } = new Bench().server;
    const url = "ws://server/";
    expect(() => connect(url, { WebSocket, token: "a b" })).toThrow("base64url");
    expect(() => connect(url, { WebSocket, timeout: -1 })).toThrow("timeout is a number of at least 0");
    expect(() => connect(url, { WebSocket, pauses: { first: Number.NaN } })).toThrow("first is a number");
  });
});

describe("a client of a plain route", () => {
  it("offers parlor.v1 first, then connects without it, and remembers that", async () => {
    const bench = new Bench();
    bench.server.mode = "plain";
    await bench.settle();
    expect(bench.server.sockets.map(({ offered }) => offered)).toEqual([["parlor.v1"], []]);
    expect(bench.of("open")).toEqual([{ resumed: false, reason: null, session: null, lost: 0 }]);
    bench.server.socket.break();
    await bench.pass(500);
    expect(bench.server.sockets).toHaveLength(3);
    expect(bench.server.socket.offered).toEqual([]);
  });

  it("alternates until a line opens", async () => {
    const bench = new Bench();
    bench.server.mode = "down";
    await bench.settle();
    await bench.pass(500);
    expect(bench.server.sockets.map(({ offered }) => offered.length)).toEqual([1, 0, 1, 0]);
    bench.server.mode = "v1";
    await bench.pass(1000);
    expect(bench.client.session).toBe("s1");
    bench.server.mode = "down";
    bench.server.socket.break();
    await bench.pass(2000);
    expect(bench.server.socket.offered).toContain("parlor.v1");
  });

  it("does not try a plain route with a token that it could not carry", async () => {
    const bench = new Bench({ token: "secret" });
    bench.server.mode = "plain";
    await bench.settle();
    expect(bench.server.sockets.map(({ offered }) => offered)).toEqual([
      ["parlor.v1", "parlor.token.secret"],
    ]);
    expect(bench.client.state).toBe("away");
  });

  it("skips the offer if it is said to be plain, and carries the token beside the script's protocols", async () => {
    const bench = new Bench({ plain: true, protocols: ["chat.v2"], token: "secret" });
    await bench.settle();
    expect(bench.server.socket.offered).toEqual(["chat.v2", "parlor.token.secret"]);
    expect(bench.client.session).toBeNull();
  });

  it("passes texts and bytes as they are, and has no requests", async () => {
    const bench = new Bench({ plain: true });
    const early = bench.client.request("history");
    expect(bench.client.send("early")).toBe(true);
    await bench.settle();
    await expect(early).rejects.toMatchObject({ code: "plain" });
    bench.client.send(Uint8Array.of(1, 2));
    bench.server.socket.toClient("hello");
    bench.server.socket.toClient(Uint8Array.of(2, 7));
    await bench.settle();
    expect(bench.server.socket.plain).toEqual(["early", Uint8Array.of(1, 2)]);
    expect(bench.of("message")).toEqual(["hello", Uint8Array.of(2, 7)]);
    await expect(bench.client.request("history")).rejects.toMatchObject({ code: "plain" });
  });

  it("keeps what is sent while it is away, or while its socket closes", async () => {
    const bench = await openBench({ plain: true });
    bench.server.socket.readyState = 2;
    bench.client.send("closing");
    bench.server.socket.break();
    bench.client.send("away");
    expect(bench.client.waiting).toBe(2);
    await bench.pass(500);
    expect(bench.server.socket.plain).toEqual(["closing", "away"]);
  });
});

describe("a message that waits for the line", () => {
  it("is bounded by messages, and reaching the bound is reported once", async () => {
    const bench = await openBench({ waiting: { messages: 2 } });
    bench.server.socket.break();
    expect(["a", "b", "c", "d"].map((text) => bench.client.send(text))).toEqual([true, true, false, false]);
    expect(bench.of("full")).toEqual([{ messages: 2, bytes: 2 }]);
    await expect(bench.client.request("history")).rejects.toMatchObject({ code: "full" });
    await bench.pass(500);
    expect(bench.server.session.messages).toEqual(["a", "b"]);
  });

  it("is bounded by bytes", async () => {
    const bench = await openBench({ waiting: { bytes: 10 } });
    bench.server.socket.break();
    expect([8, 3, 2].map((length) => bench.client.send(new Uint8Array(length)))).toEqual([true, false, true]);
  });

  it("is not bounded while the line is open: a socket takes what it gets", async () => {
    const bench = await openBench({ waiting: { messages: 2 } });
    for (let number = 0; number < 10; number += 1) expect(bench.client.send(String(number))).toBe(true);
    await bench.settle();
    expect(bench.server.session.messages).toHaveLength(10);
    expect(bench.of("full")).toEqual([]);
  });

  it("refuses what is neither text nor bytes", async () => {
    const bench = await openBench();
    expect(() => bench.client.send({} as string)).toThrow("a text, a Uint8Array or an ArrayBuffer");
  });
});
