import { expect, test } from "vitest";
import { Stage, type Published } from "./stage.ts";

/** A program with one outbound connection. */
async function dialling(): Promise<{ stage: Stage; socket: Published; Data: Published }> {
  let socket: Published;
  const stage = await Stage.begun((names) => void (socket = new names.WebSocket("ws://peer.test/chat")));
  return { stage, socket, Data: stage.names.Data };
}

test("messages before the connection is open wait with the front, in order", async () => {
  const { stage, socket, Data } = await dialling();
  socket.send("hello");
  socket.send(Data.fromIntArray([1, 2]));
  socket.close();
  expect(stage.outbound).toEqual([
    ["connect", 1, "ws://peer.test/chat"],
    ["send", 1, "hello"],
    ["send", 1, new Uint8Array([1, 2])],
    ["close", 1, 1000, ""],
  ]);
});

test("handlers get values, not events", async () => {
  const { stage, socket, Data } = await dialling();
  const seen: unknown[] = [];
  socket.onopen = (...args: unknown[]) => seen.push(["open", ...args]);
  socket.onmessage = (value: Published) => seen.push(value instanceof Data ? value.toIntArray() : value);
  socket.onerror = (error: Error) => seen.push([error instanceof Error, error.message]);
  socket.onclose = (...args: unknown[]) => seen.push(["close", ...args]);
  await stage.happens("clientOpen", 1);
  await stage.happens("clientMessage", 1, { data: "hi" });
  await stage.happens("clientMessage", 1, { data: new Uint8Array([7]) });
  await stage.happens("clientError", 1, { message: "lost" });
  await stage.happens("clientClose", 1, { code: 1000, reason: "tired" });
  expect(seen).toEqual([["open"], "hi", [7], [true, "lost"], ["close", "tired"]]);
});

test("a close without a reason has none, and after it nothing happens", async () => {
  const { stage, socket } = await dialling();
  const seen: unknown[] = [];
  socket.onclose = (...args: unknown[]) => seen.push(args);
  await stage.happens("clientClose", 1, { code: 1005, reason: "" });
  await stage.happens("clientClose", 1, { code: 1005, reason: "" });
  socket.send("late");
  socket.close();
  expect(seen).toEqual([[]]);
  expect(stage.outbound).toHaveLength(1);
});

test("a connection that the program closed gets no more messages, but the close", async () => {
  const { stage, socket } = await dialling();
  const seen: unknown[] = [];
  socket.onmessage = (value: unknown) => seen.push(value);
  socket.onclose = () => seen.push("closed");
  socket.close(1001, "bye");
  socket.close();
  socket.send("late");
  await stage.happens("clientMessage", 1, { data: "hi" });
  await stage.happens("clientClose", 1, { code: 1001, reason: "" });
  expect(seen).toEqual(["closed"]);
  expect(stage.outbound.slice(1)).toEqual([["close", 1, 1001, "bye"]]);
});

test("two connections are two", async () => {
  const { stage, socket } = await dialling();
  const seen: unknown[] = [];
  const other = new stage.names.WebSocket("wss://other.test/");
  socket.onmessage = (value: unknown) => seen.push(["first", value]);
  other.onmessage = (value: unknown) => seen.push(["second", value]);
  await stage.happens("clientMessage", 2, { data: "b" });
  await stage.happens("clientMessage", 1, { data: "a" });
  expect(seen).toEqual([
    ["second", "b"],
    ["first", "a"],
  ]);
  expect([socket.url, other.url]).toEqual(["ws://peer.test/chat", "wss://other.test/"]);
});

test("wrong use is refused by the published call", async () => {
  const { stage, socket } = await dialling();
  const { WebSocket } = stage.names;
  expect(() => new WebSocket("http://peer.test")).toThrow(
    'WebSocket takes an address that starts with ws:// or wss://, got "http://peer.test"',
  );
  expect(() => new WebSocket(7)).toThrow("WebSocket takes a string as url, got a number");
  expect(() => WebSocket("ws://x")).toThrow("WebSocket is a class; write new WebSocket(...)");
  expect(() => socket.send(7)).toThrow("WebSocket.send takes Data, got 7");
  expect(() => socket.close(4000)).toThrow(
    "WebSocket.close takes 1000, 1001, 1002 or 1003 as code, got 4000",
  );
  expect(() => socket.close(1000, 7)).toThrow("WebSocket.close takes a string as reason, got a number");
  expect(socket).toBeInstanceOf(WebSocket);
});
