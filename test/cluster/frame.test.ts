import { expect, test } from "vitest";
import { ByteWriter } from "../../src/cluster/messages/byte-writer.ts";
import { packFrame, readFrame, writeMessage, type ChannelMessage } from "../../src/cluster/messages/frame.ts";

const NODE = { id: "node", incarnation: "abcd" };

function frameOf(...write: ((body: ByteWriter) => void)[]): Uint8Array {
  const body = new ByteWriter();
  for (const each of write) each(body);
  return packFrame(NODE, { era: 3, first: 1000 }, { count: write.length, body: body.taken() });
}

test("a message travels with its action, its options and its data", () => {
  const messages: ChannelMessage[] = [
    { action: "send", id: "", data: "text ✓" },
    { action: "send", id: "s1", data: new Uint8Array([0, 255]), options: { key: "k ✓", slow: "latest" } },
    { action: "send", id: "s1", data: "", options: { key: null, slow: "drop-newest" } },
    { action: "join", id: "s2", data: "hall" },
    { action: "leave", id: "s2", data: "hall" },
    { action: "close", id: "s3", data: "[1000,'']" },
  ];
  const frame = readFrame(frameOf(...messages.map((each) => (body: ByteWriter) => writeMessage(body, each))));
  expect(frame).toMatchObject({ node: "node", incarnation: "abcd", era: 3, first: 1000 });
  expect(frame?.messages).toEqual(messages);
});

test("fields and actions of a later version are skipped, and what follows them is read", () => {
  const frame = readFrame(
    frameOf(
      (body) => {
        body.byte(16);
        body.text("");
        body.text("has a field more");
        const block = new ByteWriter();
        block.byte(1);
        block.text("key");
        block.byte(77);
        block.text("of a later version");
        block.byte(2);
        block.text("a policy of a later version");
        body.bytes(block.taken());
      },
      (body) => {
        body.byte(7 * 2);
        body.text("s1");
        body.text("an action of a later version");
      },
      (body) => writeMessage(body, { action: "send", id: "", data: "plain" }),
    ),
  );
  expect(frame?.messages).toEqual([
    { action: "send", id: "", data: "has a field more", options: { key: "key", slow: null } },
    { action: "unknown", id: "s1", data: "an action of a later version" },
    { action: "send", id: "", data: "plain" },
  ]);
});

test("a frame that is cut anywhere is not read", () => {
  const message = { action: "send", id: "s", data: "text", options: { key: "k", slow: null } } as const;
  const whole = frameOf((body) => writeMessage(body, message));
  for (let length = 0; length < whole.length; length += 1)
    expect(readFrame(whole.subarray(0, length))).toBeNull();
});
