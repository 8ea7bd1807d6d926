import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ParlorServer } from "../../src/server/serve.ts";
import { connect } from "../support/client.ts";
import {
  bytes,
  publicClients,
  text,
  type Heard,
  type Plan,
  type PublicClient,
  type Step,
  type Carried,
} from "./clients.ts";
import { startApp, type Place } from "./start-app.ts";

const maxPayload = 200_000;

const texts: Readonly<Record<string, string>> = {
  "a text": "hello",
  "an empty text": "",
  "125 bytes, the last short length": "x".repeat(125),
  "126 bytes": "x".repeat(126),
  "65,535 bytes, the last medium length": "y".repeat(65_535),
  "64 KiB": "parlor! ".repeat(8192),
  "text of many bytes a character": "grüß 世界 👩‍👩‍👧 \u0000 \u{10ffff} é",
  "a long text of many bytes a character": "世界👋".repeat(5000),
};

const bodies: Readonly<Record<string, Uint8Array>> = {
  "no bytes": new Uint8Array(0),
  "every byte": Uint8Array.from({ length: 256 }, (_, at) => at),
  // A multiplier that repeats nothing a compressor could find.
  "70,000 bytes": Uint8Array.from({ length: 70_000 }, (_, at) => (Math.imul(at, 2_654_435_761) >>> 13) & 255),
};

const send = (carried: Carried): Step => ({ do: "send", ...carried });
const expectCount = (count: number): Step => ({ do: "expect", count });

/** Every public client against scripts in one place. */
export function interopSuite(place: Place): void {
  const clients = publicClients();
  const servers = new Map<boolean, ParlorServer>();
  const address = (path: string, deflate: boolean): string =>
    `${servers.get(deflate)!.url.replace("http", "ws")}${path}`;

  beforeAll(async () => {
    for (const deflate of [false, true])
      servers.set(deflate, await startApp(place, { deflate, port: 0, maxPayload }));
    const page = servers.get(false)!.url;
    await Promise.all(clients.filter(({ skip }) => !skip).map((client) => client.start(page)));
  }, 90_000);
  afterAll(async () => {
    await Promise.all(clients.filter(({ skip }) => !skip).map((client) => client.stop()));
    await Promise.all([...servers.values()].map((server) => server.close()));
  });

  describe.each(clients)("$name", (client) => {
    const talk = (
      path: string,
      steps: readonly Step[],
      deflate = false,
      more: Partial<Plan> = {},
    ): Promise<Heard> => client.converse({ url: address(path, deflate), steps, ...more });

    describe.skipIf(client.skip).each([false, true])("with deflate: %s on the server", (deflate) => {
      it.each(Object.entries(texts))("gets back %s", async (_, sent) => {
        const heard = await talk("/ws/echo", [send(text(sent)), expectCount(1)], deflate);
        expect(heard.received).toEqual([{ text: sent }]);
        expect(heard.closed.code).toBe(1000);
      });

      it.each(Object.entries(bodies))("gets back %s", async (_, sent) => {
        const heard = await talk("/ws/echo", [send(bytes(sent)), expectCount(1)], deflate);
        expect(heard.received).toEqual([bytes(sent)]);
      });

      it("gets back what it sent without waiting, in order", async () => {
        const sent = Array.from({ length: 50 }, (_, at) =>
          at % 2 === 0 ? text(`${at} `.repeat(at * 40)) : bytes(Buffer.alloc(at * 40, at)),
        );
        const heard = await talk("/ws/echo", [...sent.map(send), expectCount(50)], deflate);
        expect(heard.received).toEqual(sent);
      });

      it("agrees on compression where both sides want it", async () => {
        const { extensions } = await talk("/ws/echo", [], deflate);
        if (deflate) expect(extensions).toContain("permessage-deflate");
        else expect(extensions).toBe("");
      });

      if (client.can.fragment)
        it("is understood in pieces", async () => {
          const pieces = ["one ", "", "two ", "thr\u00ebe"];
          const raw = [Buffer.alloc(70_000, 7), Buffer.from("end")];
          const steps = [
            ...inPieces(client, pieces.map(text)),
            ...inPieces(client, raw.map(bytes)),
            expectCount(2),
          ];
          const heard = await talk("/ws/echo", steps, deflate);
          expect(heard.received).toEqual([text(pieces.join("")), bytes(Buffer.concat(raw))]);
        });
    });

    describe.skipIf(client.skip)("with default options", () => {
      if (client.can.ping)
        it("goes without compression where it does not offer it", async () => {
          const options = { perMessageDeflate: false };
          const sent = texts["64 KiB"]!;
          const heard = await talk("/ws/echo", [send(text(sent)), expectCount(1)], true, { options });
          expect(heard.extensions).toBe("");
          expect(heard.received).toEqual([{ text: sent }]);
        });

      if (client.can.ping)
        it("has its pings answered with what they carried", async () => {
          const heard = await talk("/ws/echo", pings(client, ["one", "", "x".repeat(125)]));
          expect(heard.pongs).toEqual(["one", "", "x".repeat(125)]);
        });

      it("gets no subprotocol when it asks for none", async () => {
        expect((await talk("/ws/echo", [])).protocol).toBe("");
      });

      it("gets the subprotocol of the script that it asks for", async () => {
        const heard = await talk("/ws/echo", [send(text("hi")), expectCount(1)], false, {
          protocols: ["chat", "chat.v2"],
        });
        expect(heard.protocol).toBe("chat.v2");
        expect(heard.received).toEqual([text("hi")]);
      });
    });

    describe.skipIf(client.skip)("closing", () => {
      it("hears a script's last words, then its code and reason", async () => {
        const heard = await talk("/ws/echo", [send(text("close 4001 bye")), { do: "end" }]);
        expect(heard.received).toEqual([text("Goodbye")]);
        expect(heard.closed).toEqual({ code: 4001, reason: "bye" });
      });

      it.each([1000, 3000, 4999])("hears code %d of a script", async (code) => {
        const heard = await talk("/ws/echo", [send(text(`close ${code} ${"é".repeat(61)}`)), { do: "end" }]);
        expect(heard.closed).toEqual({ code, reason: "é".repeat(61) });
      });

      it.each([1000, 3000, 4999])("closes with %d, and the server agrees", async (code) => {
        const { closed } = await talk("/ws/echo", [{ do: "close", code, reason: "that is all" }]);
        expect(closed.code).toBe(code);
      });

      if (client.can.anyCode)
        it("closes with 1001, as one that goes away", async () => {
          expect((await talk("/ws/echo", [{ do: "close", code: 1001, reason: "" }])).closed.code).toBe(1001);
        });

      it("is answered before its own close, all of it", async () => {
        const sent = Array.from({ length: 20 }, (_, at) => text(`last words ${at}`));
        const heard = await talk("/ws/echo", [
          ...sent.map(send),
          expectCount(20),
          { do: "close", code: 1000 },
        ]);
        expect(heard.received).toEqual(sent);
        expect(heard.closed.code).toBe(1000);
      });

      it("is closed with 1003 for bytes where only text is taken", async () => {
        const heard = await talk("/ws/text", [
          send(text("hi")),
          send(bytes(Buffer.from([1, 2]))),
          { do: "end" },
        ]);
        expect(heard.received).toEqual([text("hi")]);
        expect(heard.closed).toEqual({ code: 1003, reason: "this route takes text, not bytes" });
      });

      it.each([false, true])("is closed with 1009 above the limit, deflate: %s", async (deflate) => {
        const atLimit = "x".repeat(maxPayload);
        const heard = await talk("/ws/echo", [send(text(atLimit)), expectCount(1)], deflate);
        expect(heard.received).toEqual([text(atLimit)]);
        const over = await talk("/ws/echo", [send(text(`${atLimit}x`)), { do: "end" }], deflate);
        expect(over.received).toEqual([]);
        expect(over.closed.code).toBe(1009);
      });

      if (client.name === "ws")
        it("is closed with 1007 for a text that is not UTF-8", async () => {
          const heard = await talk("/ws/echo", [send(text("hi")), { do: "badText" }, { do: "end" }]);
          expect(heard.closed.code).toBe(1007);
        });
    });
  });

  it.each([false, true])("all of them hear one broadcast alike, deflate: %s", async (deflate) => {
    const present = clients.filter(({ skip }) => !skip);
    const said = [
      text("short"),
      text("long ".repeat(4000)),
      bytes(Buffer.alloc(5000, 9)),
      text(""),
      text("世界"),
    ];
    const watcher = connect(address("/ws/all?watch=1", deflate));
    await watcher.opened;
    const url = address("/ws/all", deflate);
    const steps = [expectCount(said.length)];
    const plain = connect(url, { perMessageDeflate: false });
    const small = connect(url, { perMessageDeflate: { serverMaxWindowBits: 9, threshold: 0 } });
    const hearing = present.map((client) => client.converse({ url, steps }));
    for (let count = 1; count <= present.length + 2; count++)
      expect(await watcher.next()).toBe(String(count));

    for (const carried of said)
      watcher.send("text" in carried ? carried.text : Buffer.from(carried.base64, "base64"));
    for (const heard of await Promise.all(hearing)) expect(heard.received).toEqual(said);
    for (const listener of [plain, small])
      for (const carried of said) expect(carriedBy(await listener.next())).toEqual(carried);
    for (const listener of [plain, small, watcher]) listener.terminate();
  });
}

function carriedBy(message: string | Uint8Array): Carried {
  return typeof message === "string" ? text(message) : bytes(message);
}

// Each client has its own way to send a message in pieces.
function inPieces({ name }: PublicClient, parts: readonly Carried[]): Step[] {
  if (name !== "ws") return [{ do: "parts", parts }];
  return parts.map((part, at) => ({ do: "part", fin: at === parts.length - 1, ...part }));
}

// `ws` reports a pong later; the other one waits for it.
function pings({ name }: PublicClient, carried: readonly string[]): Step[] {
  const steps = carried.map((carries): Step => ({ do: "ping", text: carries }));
  return name === "ws" ? [...steps, { do: "pong", count: carried.length }] : steps;
}
