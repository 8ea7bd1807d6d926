import { Versions } from "@stomp/stompjs";
import { describe, expect, test } from "vitest";
import { PLACES } from "../../../support/served-app.ts";
import { artefact } from "../stage.ts";
import { ServedRegistry } from "../served.ts";
import { StompClient } from "./stomp-client.ts";

const FILES = {
  "tea/kitchen.ts": `import { globals } from "sdk/core";
    export function onMessage(message: string, from: string): string {
      if (message === "die") process.exit(3);
      if (message === "fail") throw new Error("no tea");
      globals.set("n", (globals.get("n") ?? 0) + 1);
      return \`\${globals.get("n")} \${message} for \${from}\`;
    }
    export function onError(error: string): void { console.error("bad message: " + error); }`,
  "tea/kitchen.websocket": artefact("tea/kitchen", "kitchen"),
};

const REPLY = "/user/queue/reply/kitchen";

describe.each(PLACES)("STOMP clients of a registry, %s", (place) => {
  const VERSIONS = [Versions.V1_0, Versions.V1_1, Versions.V1_2];

  test.each(VERSIONS)("version %s: replies go to the sender, topics to all", async (version) => {
    const registry = await ServedRegistry.serve(place, FILES);
    const { url } = registry.app.server;
    const stompVersions = new Versions([version]);
    const [ada, bob] = [await StompClient.connect(url, { stompVersions }), await StompClient.connect(url)];
    expect([ada.client.connectedVersion, bob.client.connectedVersion]).toEqual([version, "1.2"]);
    for (const client of [ada, bob]) {
      await client.subscribe(REPLY);
      await client.subscribe("/topic/orders");
    }
    ada.tell("kitchen", { from: "Ada", text: "sencha: \\ é😀" });
    const reply = await ada.next();
    expect(JSON.parse(reply.body)).toMatchObject({ from: "Ada", text: "1 sencha: \\ é😀 for Ada" });
    expect(reply.headers).toMatchObject({ destination: REPLY, "content-type": "application/json" });
    await ada.publish("/topic/orders", "a:b\\c\nd\0e");
    for (const client of [ada, bob])
      expect(await client.next()).toMatchObject({
        body: "a:b\\c\nd\0e",
        headers: { destination: "/topic/orders" },
      });
    await bob.client.deactivate();
    expect(await bob.closed).toBe(1000);
    ada.tell("kitchen", { from: "Ada", text: "more" });
    expect(await ada.nextText()).toBe("2 more for Ada");
  });

  test("large frames in chunks, and frames as bytes", async () => {
    const registry = await ServedRegistry.serve(place, FILES);
    const { url } = registry.app.server;
    const long = "é".repeat(20_000);
    for (const config of [
      { splitLargeFrames: true, maxWebSocketChunkSize: 1000 },
      { forceBinaryWSFrames: true },
    ]) {
      const client = await StompClient.connect(url, config);
      await client.subscribe(REPLY);
      client.tell("kitchen", { from: "A", text: long });
      expect(await client.nextText()).toMatch(/^\d é{20000} for A$/);
    }
  });

  test("a fault and a broken message are reported, all else is an ERROR and a close", async () => {
    const registry = await ServedRegistry.serve(place, FILES);
    const client = await StompClient.connect(registry.app.server.url);
    await client.subscribe("/user/queue/errors/kitchen");
    client.tell("kitchen", { text: "fail" });
    expect((await client.next()).body).toBe("no tea");
    expect((await registry.logged(/no tea/)).text).toMatch(/\n.*dirigible\/tea\/kitchen\.ts:4:37/);
    client.client.publish({ destination: "/ws/stomp/kitchen", body: "{" });
    expect((await client.next()).body).toMatch(/^a message to an endpoint is an object of JSON/);
    await registry.logged(/bad message: a message to an endpoint/);
    client.client.publish({ destination: "/ws/stomp/cellar", body: "{}" });
    expect(await client.closed).toBe(1002);
    expect(client.errors.map(({ body }) => body)).toEqual([
      `no *.websocket file defines the endpoint "cellar"; the endpoints are: kitchen`,
    ]);
  });

  test("a frame that is too long ends the connection, and no other", async () => {
    const registry = await ServedRegistry.serve(place, FILES);
    const { url } = registry.app.server;
    const [ada, bob] = [await StompClient.connect(url), await StompClient.connect(url)];
    await bob.subscribe(REPLY);
    ada.tell("kitchen", { text: "x".repeat(70_000) });
    expect(await ada.closed).toBe(1002);
    expect(ada.errors.map(({ headers }) => headers["message"])).toEqual([
      "a frame is longer than 65536 bytes",
    ]);
    bob.tell("kitchen", { from: "Bob", text: "tea" });
    expect(await bob.nextText()).toBe("1 tea for Bob");
  });

  test("a message whose frames exceed the turn limit ends the connection, and no other", async () => {
    const registry = await ServedRegistry.serve(place, FILES, { turnLimit: { bytes: 65_536 } });
    const bob = await StompClient.connect(registry.app.server.url);
    const ada = registry.app.connect("/stomp");
    const subscribe = (id: number): string => `SUBSCRIBE\ndestination:/topic/a\nid:${id}\n\n\0`;
    ada.send(
      `CONNECT\naccept-version:1.2\n\n\0${Array.from({ length: 20 }, (_, id) => subscribe(id)).join("")}`,
    );
    expect(await ada.next()).toMatch(/^CONNECTED\n/);
    ada.send(`SEND\ndestination:/topic/a\n\n${"x".repeat(1000)}\0`.repeat(100));
    let frame = "MESSAGE";
    while (frame.startsWith("MESSAGE")) frame = String(await ada.next());
    expect(frame).toMatch(/^ERROR\nmessage:the frame could not be handled/);
    expect((await ada.closed).code).toBe(1002);
    await registry.logged(/turnLimit/);
    await bob.subscribe("/topic/b");
    await bob.publish("/topic/b", "still here");
    expect((await bob.next()).body).toBe("still here");
  });

  test("an edit keeps connections and subscriptions", async () => {
    const registry = await ServedRegistry.serve(place, FILES);
    const client = await StompClient.connect(registry.app.server.url);
    await client.subscribe(REPLY);
    await registry.edit({ "tea/kitchen.ts": "export const onMessage = (m: string) => `new: ${m}`;" });
    client.tell("kitchen", { text: "tea" });
    expect(await client.nextText()).toBe("new: tea");
  });
});

describe.each(["thread", "process"] as const)("when the host of STOMP clients dies, %s", (place) => {
  test("they stay connected, with their subscriptions", async () => {
    const registry = await ServedRegistry.serve(place, FILES);
    const { url } = registry.app.server;
    const [ada, bob] = [
      await StompClient.connect(url),
      await StompClient.connect(url, { stompVersions: new Versions(["1.1"]) }),
    ];
    for (const client of [ada, bob]) {
      await client.subscribe(REPLY);
      await client.subscribe("/topic/a:b");
    }
    ada.tell("kitchen", { text: "die" });
    bob.tell("kitchen", { from: "Bob", text: "again" });
    expect(await bob.nextText()).toBe("1 again for Bob");
    await ada.publish("/topic/a:b", "news");
    for (const client of [ada, bob]) expect((await client.next()).body).toBe("news");
    ada.client.unsubscribe("sub-1");
    await ada.publish("/topic/a:b", "more");
    expect((await bob.next()).body).toBe("more");
    await ada.publish("/queue/none", "x");
    ada.tell("kitchen", { from: "Ada", text: "last" });
    expect(await ada.nextText()).toBe("2 last for Ada");
  });

  test("a client in the middle of a frame gets an ERROR", async () => {
    const registry = await ServedRegistry.serve(place, FILES);
    const [half, killer] = [
      registry.app.connect("/stomp"),
      await StompClient.connect(registry.app.server.url),
    ];
    half.send("CONNECT\naccept-version:1.2\n\n\0SEND\n");
    expect(await half.next()).toMatch(/^CONNECTED\n/);
    killer.tell("kitchen", { text: "die" });
    expect(await half.next()).toMatch(/^ERROR\nmessage:the start of a frame was lost in a restart/);
    expect((await half.closed).code).toBe(1002);
  });
});
