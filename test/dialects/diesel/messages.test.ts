import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkContract } from "../../../src/dialects/diesel/contract.ts";
import { shapeOf } from "../../../src/boundary/shape.ts";
import { defineMessages } from "../../../src/server/contract/define-messages.ts";
import type { Client } from "./client.ts";
import { Front, type Published } from "./stage.ts";

type Script = Record<string, unknown>;

const IN = { say: z.object({ text: z.string().max(20), at: z.number().default(7) }) };
const OUT = { said: v.object({ text: v.string() }) };

async function talk(script: Script): Promise<{ front: Front; client: Client; faults: readonly unknown[] }> {
  const front = new Front();
  const host = front.host(script, { isTyped: true, scope: "route", exports: Object.keys(script) });
  return { front, client: await host.connect(), faults: host.faults };
}

function received(client: Client): unknown[] {
  return client.read().map((message) => JSON.parse(String(message)) as unknown);
}

describe("a message with a name", () => {
  const seen: unknown[] = [];
  const messages = defineMessages({ in: IN, out: OUT });
  const on = {
    say(session: Published, data: { text: string }) {
      seen.push(data);
      session.emit("said", { text: data.text });
    },
  };

  test("a message goes to its handler, with the data as the contract's library makes it", async () => {
    const { client } = await talk({ messages, on });
    await client.say('{"type":"say","text":"hi","more":1}');
    expect(seen.splice(0)).toEqual([{ text: "hi", at: 7 }]);
    expect(client.read()).toEqual(['{"type":"said","text":"hi"}']);
  });

  test("a message that the contract refuses is answered with a typed error and counted, and the session stays", async () => {
    const { front, client } = await talk({ messages, on, onMessage: () => seen.push("other") });
    await client.say('{"type":"say","text":5}');
    expect(received(client)).toEqual([
      { type: "error", code: "invalid", message: expect.stringMatching(/^text: .*string/), of: "say" },
    ]);
    expect(seen.splice(0)).toEqual([]);
    expect(front.directory.route("/ws/chat").traffic?.refused).toBe(1);
    await client.say('{"type":"say","text":"still here"}');
    expect(received(client)).toEqual([{ type: "said", text: "still here" }]);
    seen.splice(0);
  });

  test.each([
    ['{"type":"shout","text":"hi"}', "unknown", "shout"],
    ['{"type":"constructor"}', "unknown", "constructor"],
    ['{"text":"hi"}', "malformed", null],
    ["[1]", "malformed", null],
    ["{", "malformed", null],
    ["hello", "malformed", null],
    [new Uint8Array([1]), "bytes", null],
  ])("the message %j, which the contract does not have, is answered with %s", async (data, code, of) => {
    const { client } = await talk({ messages, on });
    await client.say(data);
    expect(received(client)).toEqual([{ type: "error", code, message: expect.any(String), of }]);
    expect(client.session.isOpen).toBe(true);
  });

  test("a message goes to onMessage and onBinary as it is, if the contract does not have it", async () => {
    const others: unknown[] = [];
    const take = (_session: Published, data: unknown): void => void others.push(data);
    const { client } = await talk({ messages, on, onMessage: take, onBinary: take });
    for (const data of ['{"type":"shout"}', "hello", new Uint8Array([1])]) await client.say(data);
    expect(others).toEqual(['{"type":"shout"}', "hello", new Uint8Array([1])]);
    expect(client.read()).toEqual([]);
  });

  test("a message needs no contract: then its data is as the client sent it", async () => {
    const { client } = await talk({ on });
    await client.say('{"type":"say","text":"a","__proto__":{"x":1}}');
    const [data] = seen.splice(0) as [object];
    expect(Object.keys(data)).toEqual(["text", "__proto__"]);
    expect("x" in data).toBe(false);
  });

  test("a message that is validated asynchronously is handled when that is done", async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const slow = { say: z.object({ text: z.string() }).refine(async () => (await gate, true)) };
    const { client } = await talk({ messages: defineMessages({ in: slow }), on });
    const said = client.say('{"type":"say","text":"late"}');
    expect(seen).toEqual([]);
    release();
    await said;
    expect(seen.splice(0)).toEqual([{ text: "late" }]);
  });
});

describe("emit", () => {
  test.each([
    [["said", { text: 5 }], /session\.emit\("said"\): text: .*string/],
    [["siad", { text: "x" }], /knows no message "siad" in messages\.out; did you mean "said"\?/],
    [["said", "text"], /takes an object as data, got a string/],
    [["said", { type: "x", text: "" }], /has data with "type"/],
    [[5], /takes a string as name, got a number/],
  ])("throws a TypeError for %j", async (args, text) => {
    const messages = defineMessages({ out: OUT });
    const onMessage = (session: Published): void => session.emit(...args);
    const { client, faults } = await talk({ messages, onMessage });
    await client.say("go");
    expect(String((faults[0] as { error: unknown }).error)).toMatch(text);
    expect(client.read()).toEqual([]);
  });

  test("a room checks a message once, and reaches its members, or all but the sender", async () => {
    let checks = 0;
    const out = { said: z.object({ n: z.number() }).refine(() => ((checks += 1), true)) };
    const front = new Front();
    const script = {
      messages: defineMessages({ out }),
      onOpen: (session: Published) => session.room("r").join(),
      onMessage(session: Published) {
        session.room("r").emit("said", { n: 1 });
        session.room("r").emitExcept("said", { n: 2 });
      },
    };
    const host = front.host(script, { isTyped: true, scope: "route" });
    const [a, b] = [await host.connect(), await host.connect()];
    await a.say("go");
    expect(checks).toBe(2);
    expect(a.read()).toEqual(['{"type":"said","n":1}']);
    expect(b.read()).toEqual(['{"type":"said","n":1}', '{"type":"said","n":2}']);
  });
});

describe("the check of a contract", () => {
  const check = (script: Script): readonly string[] => {
    const checked = checkContract("ws", shapeOf(script));
    return "problems" in checked ? checked.problems : [];
  };
  const say = (): void => undefined;

  test.each<[Script, RegExp[]]>([
    [
      { messages: { in: { say: (x: unknown) => x } }, on: { say } },
      [/^messages\.in\.say is not a Standard Schema/],
    ],
    [
      { messages: { in: IN, outt: {} }, on: { say } },
      [/^messages\.outt does not exist; did you mean "out"\?$/],
    ],
    [
      { messages: { in: IN }, on: { sya: say } },
      [/^on\.sya has no message in messages\.in; did you mean "say"\?$/],
    ],
    [{ messages: { in: IN }, onOpen: say }, [/^messages\.in\.say has no handler; add it/]],
    [{ messages: { in: IN }, on: { say, volume: 5 } }, [/^on\.volume must be a function/]],
    [
      { messages: { calls: { history: IN.say } }, calls: { history: say } },
      [/calls\.history must be an object/],
    ],
    [{ messages: { calls: { history: {} } }, calls: { histori: say } }, [/^calls\.histori .* "history"\?$/]],
    [{ messages: { in: IN }, onMessage: say }, []],
    [{ messages: { in: IN, out: OUT }, on: { say } }, []],
    [{ on: { anything: say } }, []],
    [{ messages: ["a text", "another"], onOpen: say }, []],
  ])("the check finds what is wrong in %j", (script, expected) => {
    const found = check(script);
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern, at) => expect(found[at]).toMatch(pattern));
  });

  test("reads the JSON Schema of a library that gives one, and the name alone of another", () => {
    const checked = checkContract("ws", shapeOf({ messages: { in: IN, out: OUT }, on: { say } }));
    if ("problems" in checked) throw new Error(checked.problems[0]);
    expect(checked.messages?.in["say"]).toMatchObject({ type: "object", required: ["text"] });
    expect(checked.messages?.out).toEqual({ said: null });
    expect(checked.isTyped).toBe(true);
  });
});
