import fc from "fast-check";
import { expect, test } from "vitest";
import { StompVisitor, withRoom } from "./stomp-visitor.ts";

const HANDLER = `export const onOpen = () => {}; export const onError = () => {};
  export const onMessage = async (m) => { await null; return m; };`;

const headers = fc.dictionary(
  fc.constantFrom("destination", "id", "receipt", "ack", "accept-version", "heart-beat", "transaction", "x"),
  fc.constantFrom(
    ...[
      "/topic/a",
      "/queue/b",
      "/user/queue/reply/room",
      "/ws/stomp/room",
      "/ws/stomp/none",
      "/topic/*",
      "sub",
      "1",
    ],
    ...["auto", "client", "1.1,1.2", "1.0", "0,0", "1,1", "", "a:b\\\n"],
  ),
  { maxKeys: 4 },
);

const frame = fc.tuple(
  fc.constantFrom("CONNECT", "STOMP", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "DISCONNECT", "ACK", "send", ""),
  headers,
  fc.constantFrom("", "", `{"text":"hello"}`, "[]", "é\0😀"),
);

test("any frames from any number of clients cause no fault, and end a session with an ERROR or not at all", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: 2 }), frame), { maxLength: 25 }), async (all) => {
      const stage = await withRoom(HANDLER);
      const clients = [
        await StompVisitor.open(stage),
        await StompVisitor.connect(stage),
        await StompVisitor.connect(stage, "1.1"),
      ];
      for (const [at, [command, names, body]] of all) await clients[at]!.send(command, names, body);
      expect(stage.faultTexts).toEqual([]);
      for (const client of clients) {
        const { ended } = client.visitor;
        const frames = client.read();
        const errors = frames.filter(({ command }) => command === "ERROR");
        expect(errors.length).toBe(ended?.code === 1002 ? 1 : 0);
        if (errors.length > 0) expect(frames.at(-1)).toBe(errors[0]);
        expect([undefined, 1000, 1002]).toContain(ended?.code);
        if (ended !== null) expect(client.visitor.session.rooms?.size ?? 0).toBe(0);
      }
    }),
    { numRuns: 150 },
  );
});
