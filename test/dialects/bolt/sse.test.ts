import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { settled } from "../../support/settled.ts";
import type { WebAnswer } from "../../support/web-answers.ts";
import { boltApp, type BoltApp } from "./stage.ts";
import { serveBolt } from "./served.ts";

/** What a stream has received since the last look, without the first comment. */
function received(stream: WebAnswer): string {
  return stream.parts
    .splice(0)
    .join("")
    .replace(/^:ping\n\n/, "");
}

async function leave(app: BoltApp, stream: WebAnswer): Promise<void> {
  app.dispatcher.push({ kind: "abort", request: stream.request });
  await settled();
}

describe("a stream of server-sent events", () => {
  it("stays open, and gets the events of its path from any callback", async () => {
    const app = await boltApp(({ sse, post, ws, $bolt }) => {
      sse("/events");
      sse("/other");
      post("/", () => $bolt.json($bolt.sseBroadcast("/events", $bolt.body())));
      ws("/chat", "", () => $bolt.sseBroadcastEvent("/events", "chat", $bolt.wsEventMessage()), "");
    });
    const [anna, ben, other] = [
      await app.request("GET", "/events"),
      await app.request("GET", "/events"),
      await app.request("GET", "/other"),
    ];
    expect([anna.status, anna.header("content-type"), anna.header("cache-control"), anna.ends]).toEqual([
      200,
      "text/event-stream",
      "no-cache",
      0,
    ]);
    expect((await app.request("POST", "/", { text: "one\ntwo\r\nthree\rfour" })).text).toBe("2");
    const lines = "data: one\ndata: two\ndata: three\ndata: four\n\n";
    expect([received(anna), received(ben), received(other)]).toEqual([lines, lines, ""]);
    await (await app.connect("/chat")).say("hello");
    expect(received(anna)).toBe("event: chat\ndata: hello\n\n");
  });

  it("counts no client that has left; a path without a stream is -1", async () => {
    const app = await boltApp(({ sse }) => sse("/events"));
    expect([app.bolt.sseBroadcast("/events", "x"), app.bolt.sseBroadcast("/none", "x")]).toEqual([0, -1]);
    const anna = await app.request("GET", "/events");
    expect(app.bolt.sseBroadcast("/events", "x")).toBe(1);
    await leave(app, anna);
    expect(app.bolt.sseBroadcastEvent("/events", "a\nb: c", "x")).toBe(0);
    expect(app.dispatcher.pending).toBe(0);
  });

  it("holds up no other callback, is not timed out, and gets a comment every 15 s", async () => {
    const app = await boltApp(({ sse, get, $bolt }) => {
      sse("/events");
      get("/", () => $bolt.send("home"));
    });
    const anna = await app.request("GET", "/events");
    expect(anna.parts.splice(0)).toEqual([":ping\n\n"]);
    expect((await app.request("GET", "/")).text).toBe("home");
    for (let count = 0; count < 10; count += 1) {
      app.clock.advance(15_000);
      await settled();
    }
    expect([anna.parts.length, anna.ends, app.faults]).toEqual([10, 0, []]);
    await leave(app, anna);
    expect(app.bolt.sseBroadcast("/events", "x")).toBe(0);
  });

  it("has no line break or colon in the name of an event", async () => {
    const app = await boltApp(({ sse }) => sse("/events"));
    const anna = await app.request("GET", "/events");
    app.bolt.sseBroadcastEvent("/events", "a\ndata: b", "x");
    app.bolt.sseBroadcastEvent("/events", "\r\n", "");
    await settled();
    expect(received(anna)).toBe("event: adata b\ndata: x\n\ndata: \n\n");
  });

  it("with a filter gets the events that have the parameters of its path", async () => {
    const app = await boltApp(({ sse, $bolt }) => {
      sse("/news/:topic");
      $bolt.sseFilterParams("/news/:topic");
      sse("/all/:topic");
    });
    const [sports, tech] = [
      await app.request("GET", "/news/sports", { params: { topic: "sports" } }),
      await app.request("GET", "/news/tech", { params: { topic: "tech" } }),
    ];
    const all = await app.request("GET", "/all/tech", { params: { topic: "tech" } });
    const { bolt } = app;
    expect(bolt.sseBroadcastParams("/news/:topic", "goal", { topic: "sports", extra: "x" })).toBe(1);
    expect(bolt.sseBroadcastEventParams("/news/:topic", "new", "chip", { topic: "tech" })).toBe(1);
    expect(bolt.sseBroadcast("/news/:topic", "everyone")).toBe(0);
    expect(bolt.sseBroadcastParams("/all/:topic", "any", { topic: "sports" })).toBe(1);
    await settled();
    expect([received(sports), received(tech), received(all)]).toEqual([
      "data: goal\n\n",
      "event: new\ndata: chip\n\n",
      "data: any\n\n",
    ]);
    expect(() => bolt.sseFilterParams("/none")).toThrow(/no sse route has the path \/none$/);
    expect(() => bolt.sseBroadcastParams("/all/:topic", "x", { topic: 5 })).toThrow(
      /takes an object of texts as aParams/,
    );
  });

  it("is refused above the number of clients that the program takes", async () => {
    const app = await boltApp(({ sse, $bolt }) => {
      sse("/events");
      $bolt.sseMaxSubscribers(1);
    });
    const anna = await app.request("GET", "/events");
    const refused = await app.request("GET", "/events");
    expect([refused.status, refused.header("retry-after"), refused.text]).toEqual([
      503,
      "5",
      "SSE subscriber limit reached",
    ]);
    await leave(app, anna);
    expect((await app.request("GET", "/events")).status).toBe(200);
  });

  it("responds to HEAD with its head only, and to other methods with 405", async () => {
    const app = await boltApp(({ sse }) => sse("/events"));
    const head = await app.request("HEAD", "/events");
    expect([head.status, head.header("content-type"), head.ends]).toEqual([200, "text/event-stream", 1]);
    const wrong = await app.request("POST", "/events", { text: "x" });
    expect([wrong.status, wrong.header("allow")]).toEqual([405, "GET"]);
  });

  it("shares its path with no handler of GET: the first registration serves", async () => {
    const app = await boltApp(({ sse, get, post, $bolt }) => {
      get("/a", () => $bolt.send("a"));
      sse("/a");
      sse("/b");
      get("/b", () => $bolt.send("b"));
      post("/b", () => $bolt.send("posted"));
    });
    expect((await app.request("GET", "/a")).text).toBe("a");
    expect((await app.request("GET", "/b")).header("content-type")).toBe("text/event-stream");
    expect((await app.request("POST", "/b")).text).toBe("posted");
    expect(app.warnings.map((text) => text.slice(0, 9))).toEqual(['sse("/a")', 'get("/b")']);
  });
});

/** Reads a stream until it has this text. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  let text = "";
  while (!text.includes(wanted)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream has ended behind ${JSON.stringify(text)}`);
    text += new TextDecoder().decode(value);
  }
  return text;
}

describe("streams on the wire", () => {
  it("end when the program's thread ends", async () => {
    const served = await serveBolt("thread", `sse("/events"); post("/exit", () => process.exit(3));`);
    const reader = (await served.fetch("/events")).body!.getReader();
    await readUntil(reader, ":ping");
    await served.fetch("/exit", { method: "POST" }).catch(() => undefined);
    await expect(readUntil(reader, "never")).rejects.toThrow();
    await readUntil((await served.fetch("/events")).body!.getReader(), ":ping");
  });

  it("get events at once, and end when the program is loaded again, which serves new ones", async () => {
    const program = (word: string): string => `
      sse("/events");
      post("/", () => $bolt.json($bolt.sseBroadcast("/events", "${word} " + $bolt.body())));`;
    const served = await serveBolt("thread", program("first"));
    const reader = (await served.fetch("/events")).body!.getReader();
    expect(await readUntil(reader, "\n\n")).toBe(":ping\n\n");
    expect(await served.text("/", { method: "POST", body: "hello" })).toBe("1");
    expect(await readUntil(reader, "\n\n")).toBe("data: first hello\n\n");
    writeFileSync(join(served.dir, "bolt/program.ts"), program("second"));
    await served.server.reload();
    await expect(readUntil(reader, "never")).rejects.toThrow();
    const next = (await served.fetch("/events")).body!.getReader();
    await readUntil(next, ":ping");
    expect(await served.text("/", { method: "POST", body: "hello" })).toBe("1");
    expect(await readUntil(next, "\n\n")).toBe("data: second hello\n\n");
    await next.cancel();
  });
});
