import { describe, expect, it } from "vitest";
import { PLACES } from "../../support/served-app.ts";
import { serveBolt } from "./served.ts";

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

describe.each(PLACES)("the published examples, %s", (place) => {
  it("a room chat greets a client that connects, and sends messages and departures to all", async () => {
    const served = await serveBolt(
      place,
      `ws("/lounge",
        () => {
          const id = $bolt.wsClientId();
          $bolt.wsRoomJoin("lounge", id);
          $bolt.wsSendTo(id, "Hello there");
        },
        () => {
          $bolt.wsRoomBroadcast("lounge", "<" + $bolt.wsClientId() + "> " + $bolt.wsEventMessage());
        },
        () => {
          $bolt.wsBroadcast("Gone: " + $bolt.wsClientId());
        },
      );
      ws("/elsewhere", "", "", "");`,
    );
    const anna = await served.open("/lounge");
    expect(await anna.next()).toBe("Hello there");
    const ben = await served.open("/lounge");
    expect(await ben.next()).toBe("Hello there");
    const carl = await served.open("/elsewhere");
    anna.send("hi");
    const text = await anna.next();
    expect(text).toMatch(new RegExp(`^<${UUID}> hi$`));
    expect(await ben.next()).toBe(text);
    const id = String(text).slice(1, 37);
    anna.close();
    expect(await ben.next()).toBe(`Gone: ${id}`);
    expect(await carl.next()).toBe(`Gone: ${id}`);
    expect([anna.unread, ben.unread, carl.unread]).toEqual([0, 0, 0]);
  });

  it("a middleware that aborts: the callback and what comes after do not run, the connection stays", async () => {
    const served = await serveBolt(
      place,
      `ws("/chat", "on_connect", "on_message", "on_disconnect");
      before("check_word");
      after("note");
      const log: string[] = [];
      export function check_word() {
        if ($bolt.wsEventMessage() === "forbidden") $bolt.wsEventAbort();
      }
      export function on_connect() { log.push("connect"); }
      export function on_message() { $bolt.wsSendTo($bolt.wsClientId(), "heard " + $bolt.wsEventMessage()); }
      export function on_disconnect() { log.push("disconnect"); $bolt.wsBroadcast(log.join()); }
      export function note() { log.push("after " + $bolt.wsEventType()); }`,
    );
    const [anna, ben] = [await served.open("/chat"), await served.open("/chat")];
    anna.send("forbidden");
    anna.send("fine");
    expect(await anna.next()).toBe("heard fine");
    anna.close();
    expect(await ben.next()).toBe("connect,connect,after message,disconnect");
  });

  it("echoes of text and of bytes, and a path with a parameter", async () => {
    const served = await serveBolt(
      place,
      `const me = () => $bolt.wsClientId();
      ws("/ws/echo", "", () => $bolt.wsSendTo(me(), "echo:" + $bolt.wsEventMessage()), "");
      ws("/ws/bytes", "", () => {
        if ($bolt.wsEventIsBinary() === 1) $bolt.wsSendBinaryTo(me(), $bolt.wsEventBinary());
        else $bolt.wsSendTo(me(), "text:" + $bolt.wsEventMessage());
      }, "");
      const context = () => $bolt.wsSendTo(me(), [
        $bolt.wsEventType(), $bolt.wsParam("roomId"), $bolt.wsEventMessage(), $bolt.wsEventPath(),
      ].join("|"));
      ws("/ws/context/:roomId", context, context, "");
      ws("/ws/rest/*path", () => $bolt.wsSendTo(me(), $bolt.wsParam("path")), "", "");
      ws("/ws/any/*", () => $bolt.wsSendTo(me(), $bolt.wsParam("_")), "", "");`,
    );
    const echo = await served.open("/ws/echo");
    echo.send("hello");
    expect(await echo.next()).toBe("echo:hello");
    const bytes = await served.open("/ws/bytes");
    const sent = Uint8Array.from({ length: 60_000 }, (_, at) => (at * 7) % 256);
    bytes.send(sent);
    bytes.send("hello text");
    expect(await bytes.next()).toEqual(sent);
    expect(await bytes.next()).toBe("text:hello text");
    const context = await served.open("/ws/context/room%201?roomId=other");
    context.send(" hello room ");
    expect(await context.next()).toBe("connect|room 1||/ws/context/:roomId");
    expect(await context.next()).toBe("message|room 1| hello room |/ws/context/:roomId");
    expect(await (await served.open("/ws/rest/a/b%20c")).next()).toBe("a/b c");
    expect(await (await served.open("/ws/any/x")).next()).toBe("x");
  });

  it("rooms and clients, asked for and closed over HTTP", async () => {
    const served = await serveBolt(
      place,
      `ws("/ws/lobby",
        () => { $bolt.wsRoomJoin("lobby", $bolt.wsClientId()); },
        () => $bolt.wsRoomBroadcast("lobby", $bolt.wsClientId() + ": " + $bolt.wsEventMessage()),
        () => $bolt.wsBroadcast("bye"),
      );
      get("/ws/count", () => $bolt.json([$bolt.wsRoomCount("lobby"), $bolt.wsConnectionCount()]));
      get("/ws/clients", () => $bolt.json($bolt.wsClientList()));
      get("/ws/broadcast", () => $bolt.send("" + $bolt.wsBroadcast($bolt.query("text"))));
      post("/ws/close", () => $bolt.json([$bolt.wsCloseClient($bolt.query("id")), $bolt.wsCloseClient($bolt.query("id"))]));`,
    );
    expect(await served.text("/ws/broadcast?text=hello")).toBe("-1");
    const [anna, ben] = [await served.open("/ws/lobby"), await served.open("/ws/lobby")];
    expect(await served.text("/ws/count")).toBe("[2,2]");
    ben.send("hi from ben");
    const text = String(await anna.next());
    expect(text).toMatch(new RegExp(`^${UUID}: hi from ben$`));
    expect(await ben.next()).toBe(text);
    const ids = JSON.parse(await served.text("/ws/clients"));
    expect(ids).toHaveLength(2);
    const benId = text.slice(0, 36);
    expect(ids).toContain(benId);
    expect(await served.text("/ws/broadcast?text=all")).toBe("2");
    expect([await anna.next(), await ben.next()]).toEqual(["all", "all"]);
    expect(await served.text(`/ws/close?id=${benId}`, { method: "POST" })).toBe("[1,0]");
    expect((await ben.closed).code).toBe(1000);
    expect(await anna.next()).toBe("bye");
    expect(await served.text("/ws/count")).toBe("[1,1]");
    expect((await served.fetch("/ws/count", { method: "POST" })).status).toBe(405);
    expect((await served.fetch("/ws/nothing")).status).toBe(404);
  });
});
