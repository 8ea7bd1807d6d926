import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { serveOn } from "../../support/served-app.ts";
import { serveBolt } from "./served.ts";

/** A program of a version, whose clients meet in a room and can make it stop. */
function program(version: number, more = ""): string {
  return `ws("/chat",
    () => $bolt.wsRoomJoin("lobby", $bolt.wsClientId()),
    () => {
      const text = $bolt.wsEventMessage();
      if (text === "loop") for (;;);
      if (text === "exit") process.exit(3);
      $bolt.wsRoomBroadcast("lobby", "v${version} " + text + " " + $bolt.wsRoomCount("lobby") + $bolt.wsConnectionCount());
    },
    () => $bolt.wsBroadcast("v${version} left"));
  ${more}`;
}

describe("clients and rooms outlive", () => {
  it("the program's version, unless their route is no more", async () => {
    const served = await serveBolt("thread", program(1, `ws("/old", "", "", "");`));
    const [anna, ben] = [await served.open("/chat"), await served.open("/chat")];
    const old = await served.open("/old");
    anna.send("hi");
    expect([await anna.next(), await ben.next()]).toEqual(["v1 hi 23", "v1 hi 23"]);
    writeFileSync(join(served.dir, "bolt/program.ts"), program(2));
    await served.server.reload();
    expect((await old.closed).code).toBe(1012);
    anna.send("hi");
    expect([await anna.next(), await ben.next()]).toEqual(["v2 hi 22", "v2 hi 22"]);
    anna.close();
    expect(await ben.next()).toBe("v2 left");
    const carl = await served.open("/chat");
    carl.send("hi");
    expect([await ben.next(), await carl.next()]).toEqual(["v2 hi 22", "v2 hi 22"]);
  });

  it("an endless loop and an exit, the message that did it aside", async () => {
    const served = await serveOn("thread", { "bolt/program.ts": program(1) }, { hangLimit: 300 });
    const [anna, ben] = [await served.open("/chat"), await served.open("/chat")];
    for (const how of ["exit", "loop"]) {
      anna.send(how);
      ben.send("after it");
      expect([await anna.next(), await ben.next()]).toEqual(["v1 after it 22", "v1 after it 22"]);
    }
  });

  it("a promise that never settles, after handlerTimeout", async () => {
    const never = `ws("/never", "", () => new Promise(() => {}), "");`;
    const served = await serveOn("thread", { "bolt/program.ts": program(1, never) }, { handlerTimeout: 300 });
    const [stuck, ben] = [await served.open("/never"), await served.open("/chat")];
    stuck.send("stay");
    ben.send("after it");
    expect(await ben.next()).toBe("v1 after it 12");
  });

  it("the previous version continues after a version that does not load", async () => {
    const served = await serveBolt("thread", program(1));
    const anna = await served.open("/chat");
    writeFileSync(join(served.dir, "bolt/program.ts"), "ws(");
    await served.server.reload();
    anna.send("hi");
    expect(await anna.next()).toBe("v1 hi 11");
    await served.open("/chat");
  });
});

describe("closing in the connect callback", () => {
  it("lets the client in, hands over what was sent, then closes", async () => {
    const served = await serveBolt(
      "thread",
      `ws("/chat", () => {
        const id = $bolt.wsClientId();
        $bolt.wsSendTo(id, "we are full");
        $bolt.wsCloseClient(id);
      }, "", "");`,
    );
    const anna = await served.open("/chat");
    expect(await anna.next()).toBe("we are full");
    expect(await anna.closed).toEqual({ code: 1000, reason: "" });
  });
});

describe("wsDroppedCount over sockets", () => {
  it("counts the messages that came while a callback waited and the queue was full", async () => {
    const served = await serveBolt(
      "thread",
      `$bolt.setWsMessageRateLimit(0);
      ws("/chat", "", async () => {
        if ($bolt.wsEventMessage() !== "wait") return;
        $bolt.wsSendTo($bolt.wsClientId(), "waiting");
        while ($bolt.wsDroppedCount() < 744) await new Promise(setImmediate);
      }, "");
      get("/dropped", () => $bolt.json($bolt.wsDroppedCount()));`,
    );
    const anna = await served.open("/chat");
    expect(await served.text("/dropped")).toBe("0");
    anna.send("wait");
    expect(await anna.next()).toBe("waiting");
    for (let at = 0; at < 1000; at += 1) anna.send("x");
    expect(await served.text("/dropped")).toBe("744");
  });
});
