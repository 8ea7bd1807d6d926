import { describe, expect, it } from "vitest";
import { Refused, type Client } from "../../support/client.ts";
import { serveBolt } from "./served.ts";
import { PATIENCE_MS } from "../../support/patience.ts";

async function refusalOf(client: { opened: Promise<void> }): Promise<Refused> {
  const refusal = await client.opened.then(
    () => null,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(Refused);
  return refusal as Refused;
}

const FRAME = "x".repeat(64 * 1024);

/** Sends one message in frames. */
function sendInFrames({ socket }: Client, frame: string, count: number): void {
  for (let at = 1; at <= count; at += 1) socket.send(frame, { fin: at === count });
}

const ECHO = `() => $bolt.wsSendTo($bolt.wsClientId(), $bolt.wsEventMessage())`;

describe("Bolt's limits on the wire", () => {
  it("refuse a page of another host with 403; a sub-domain and no page at all come in", async () => {
    const served = await serveBolt("thread", `ws("/chat", "", "", "");`);
    const { host, port } = new URL(served.server.url);
    const refusal = await refusalOf(served.connect("/chat", { origin: "http://evil.example" }));
    expect([refusal.status, refusal.body]).toEqual([403, expect.stringMatching(/origin not allowed/i)]);
    expect((await refusalOf(served.connect("/chat", { origin: `http://not${host}` }))).status).toBe(403);
    const headers = { host: `chat.test:${port}` };
    await served.open("/chat", { headers, origin: `http://www.chat.test:${port}` });
    expect((await refusalOf(served.connect("/chat", { headers, origin: "http://chat.test:1" }))).status).toBe(
      403,
    );
    await served.open("/chat", { origin: `http://${host}` });
    await served.open("/chat");
  });

  it("hold no more clients than are allowed, and take one more when one has gone", async () => {
    const served = await serveBolt(
      "thread",
      `$bolt.setWsMaxConnections(2);
      ws("/chat", "", "", () => $bolt.wsBroadcast("left"));
      ws("/other", "", "", "");`,
    );
    const [anna, ben] = [await served.open("/chat"), await served.open("/other")];
    expect((await refusalOf(served.connect("/chat"))).status).toBe(503);
    anna.close();
    expect(await ben.next()).toBe("left");
    await served.open("/chat");
  });

  it("let a loopback address have more clients than ten, unless the program sets the limit", async () => {
    const served = await serveBolt("thread", `ws("/chat", "", "", "");`);
    for (let count = 0; count < 11; count += 1) await served.open("/chat");
    const limited = await serveBolt("thread", `$bolt.setWsMaxPerIp(1); ws("/chat", "", "", "");`);
    await limited.open("/chat");
    expect((await refusalOf(limited.connect("/chat"))).status).toBe(429);
  });

  it("let in a message of up to 4 MiB in frames of up to 64 KiB, and cut a client above either", async () => {
    const program = `$bolt.setWsMessageRateLimit(0);
      ws("/chat", "", () => $bolt.wsBroadcast("" + $bolt.wsEventMessage().length),
        () => $bolt.wsBroadcast("left"));`;
    const served = await serveBolt("thread", program);
    const [anna, ben] = [await served.open("/chat"), await served.open("/chat")];
    sendInFrames(anna, FRAME, 64);
    expect(await ben.next()).toBe(`${4 * 1024 * 1024}`);
    sendInFrames(anna, FRAME, 65);
    expect((await anna.closed).code).toBe(1009);
    expect(await ben.next()).toBe("left");
    const carl = await served.open("/chat");
    carl.send("short");
    sendInFrames(carl, `${FRAME}x`, 2);
    expect((await carl.closed).code).toBe(1009);
    expect([await ben.next(), await ben.next()]).toEqual(["5", "left"]);
  });

  it("cut a client that sends more than 64 KiB at once; its disconnect callback runs", async () => {
    const served = await serveBolt("thread", `ws("/chat", "", ${ECHO}, () => $bolt.wsBroadcast("left"));`);
    const [anna, ben] = [await served.open("/chat"), await served.open("/chat")];
    const most = "x".repeat(64 * 1024);
    anna.send(most);
    expect(await anna.next()).toBe(most);
    anna.send(`${most}x`);
    expect((await anna.closed).code).toBe(1009);
    expect(await ben.next()).toBe("left");
  });

  it("read a hasty client more slowly, and drop none of its messages", async () => {
    const served = await serveBolt(
      "thread",
      `$bolt.setWsMessageRateLimit(50); ws("/chat", "", ${ECHO}, "");`,
    );
    const anna = await served.open("/chat");
    const began = performance.now();
    for (let at = 0; at < 100; at += 1) anna.send(`m${at}`);
    for (let at = 0; at < 100; at += 1) expect(await anna.next()).toBe(`m${at}`);
    // 100 messages at 50 a second, less what may come at once.
    expect(performance.now() - began).toBeGreaterThan(700);
  });

  it("do not hold back anybody when the rate is 0", async () => {
    const served = await serveBolt("thread", `$bolt.setWsMessageRateLimit(0); ws("/chat", "", ${ECHO}, "");`);
    const anna = await served.open("/chat");
    const began = performance.now();
    for (let at = 0; at < 1000; at += 1) anna.send(`m${at}`);
    await anna.skip(1000);
    // At 50 a second it would take 20 s.
    expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
  });

  it("refuse a body that is longer than the program allows", async () => {
    const served = await serveBolt(
      "thread",
      `$bolt.setBodyLimit(10); post("/", () => $bolt.send($bolt.body()));`,
    );
    expect(await served.text("/", { method: "POST", body: "0123456789" })).toBe("0123456789");
    expect((await served.fetch("/", { method: "POST", body: "0123456789a" })).status).toBe(413);
  });
});

describe("a path", () => {
  it("a path without a route gets a 404", async () => {
    const served = await serveBolt(
      "thread",
      `ws("/chat", "", "", ""); get("/page", () => $bolt.send("hi"));`,
    );
    expect((await refusalOf(served.connect("/chatter"))).status).toBe(404);
    expect((await refusalOf(served.connect("/page"))).status).toBe(400);
  });

  it("begins with what the program exports as its mount", async () => {
    const program = `export const mount = "/shop"; ws("/chat/:room", "", ${ECHO}, ""); get("/page", () => $bolt.send("hi"));`;
    const served = await serveBolt("thread", program);
    const anna = await served.open("/shop/chat/a");
    anna.send("hi");
    expect(await anna.next()).toBe("hi");
    expect(await served.text("/shop/page")).toBe("hi");
    expect((await refusalOf(served.connect("/chat/a"))).status).toBe(404);
  });

  it("a path that two files claim stays with the first, and both are named", async () => {
    const served = await serveBolt("thread", `ws("/chat", "", ${ECHO}, "");`, {
      "bolt/second.ts": `ws("/chat", "", "", ""); ws("/second", "", ${ECHO}, "");`,
    });
    const { text } = await served.log.find(/has the path \/chat already/);
    expect(text).toMatch(/bolt\/second\.ts.*bolt\/program\.ts|bolt\/program\.ts.*bolt\/second\.ts/);
    const second = await served.open("/second");
    second.send("hi");
    expect(await second.next()).toBe("hi");
    await served.open("/chat");
  });
});

describe("a fault", () => {
  it("is logged with the program's own line and the route's name; the connection stays", async () => {
    const served = await serveBolt(
      "thread",
      `ws("/chat", "", "onMessage", "");\nexport function onMessage() {\n  if ($bolt.wsEventMessage() === "bad") throw new Error("oh no");\n  $bolt.wsSendTo($bolt.wsClientId(), "fine");\n}\n`,
    );
    const anna = await served.open("/chat");
    anna.send("bad");
    anna.send("good");
    expect(await anna.next()).toBe("fine");
    const { text } = await served.log.find(/oh no/);
    expect(text).toContain('ws("/chat"): onMessage');
    expect(text).toMatch(/bolt\/program\.ts:3/);
  });

  it("at the top level keeps the program's paths from being served, and says where", async () => {
    const served = await serveBolt("thread", `ws("/chat", "", "");`);
    const { text } = await served.log.find(/takes 4 arguments/);
    expect(text).toMatch(/bolt\/program\.ts:1/);
    expect((await refusalOf(served.connect("/chat"))).status).toBe(404);
  });
});

describe("rooms", () => {
  it("are shared with the scripts of other APIs, both ways", async () => {
    const served = await serveBolt(
      "thread",
      `ws("/chat",
        () => { $bolt.wsRoomJoin("lobby", $bolt.wsClientId()); },
        () => $bolt.wsSendTo($bolt.wsClientId(), "" + $bolt.wsRoomBroadcast("lobby", "from bolt")),
        "");`,
      {
        "ws/diesel.js": `export function onOpen(session) { session.room("lobby").join(); }
          export function onMessage(session, text) { session.room("lobby").broadcastExcept("from diesel"); }`,
      },
    );
    const [anna, ben] = [await served.open("/chat"), await served.open("/ws/diesel")];
    ben.send("go");
    expect(await anna.next()).toBe("from diesel");
    anna.send("go");
    expect(await ben.next()).toBe("from bolt");
    expect([await anna.next(), await anna.next()]).toEqual(["from bolt", "2"]);
  });
});
