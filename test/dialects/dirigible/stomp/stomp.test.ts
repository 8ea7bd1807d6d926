import { describe, expect, test } from "vitest";
import { StompVisitor, withRoom } from "./stomp-visitor.ts";

const ECHO = `export function onMessage(message, from) { return \`\${from} said \${message}\`; }
  export function onError(error) { console.error(error); }
  export function onOpen() { console.log("open"); } export function onClose() { console.log("close"); }`;

const REPLY = "/user/queue/reply/room";
const ERRORS = "/user/queue/errors/room";

/** The ERROR frame that a client gets for a frame, and how its session ends. */
async function refusal(send: (client: StompVisitor) => Promise<void>): Promise<string> {
  const client = await StompVisitor.connect(await withRoom(ECHO));
  await send(client);
  const [error, ...others] = client.read();
  expect(others).toEqual([]);
  expect(error).toMatchObject({ command: "ERROR", headers: { "content-type": "text/plain" } });
  expect(error!.body.startsWith(`${error!.headers["message"]}; `)).toBe(true);
  expect(client.visitor.ended).toEqual({ code: 1002, reason: "see the ERROR frame" });
  return error!.body;
}

describe("CONNECT", () => {
  test.each([
    [undefined, "1.0"],
    ["1.0", "1.0"],
    ["1.0,1.1", "1.1"],
    ["1.2, 1.1,1.0", "1.2"],
    ["1.2,9.9", "1.2"],
  ])("accept-version %s gives version %s", async (accepted, version) => {
    for (const command of ["CONNECT", "STOMP"]) {
      const client = await StompVisitor.open(await withRoom(ECHO));
      await client.send(command, accepted === undefined ? {} : { "accept-version": accepted });
      expect(client.read()).toEqual([
        {
          command: "CONNECTED",
          headers: { version, session: client.visitor.id, server: "parlor", "heart-beat": "10000,10000" },
          body: "",
        },
      ]);
    }
  });

  test("a version that is not served is an ERROR that lists those that are", async () => {
    const client = await StompVisitor.open(await withRoom(ECHO));
    await client.send("CONNECT", { "accept-version": "2.0" });
    expect(client.read()).toMatchObject([{ command: "ERROR", headers: { version: "1.0,1.1,1.2" } }]);
    expect(client.visitor.ended?.code).toBe(1002);
  });

  test("must come first, and once", async () => {
    const client = await StompVisitor.open(await withRoom(ECHO));
    await client.tell("room", { text: "x" });
    expect(client.readBodies()).toEqual([`the first frame is "SEND"; send CONNECT first`]);
    expect(await refusal((connected) => connected.send("CONNECT"))).toMatch(
      /^the client has connected already; /,
    );
  });
});

describe("SEND to an endpoint", () => {
  test("the result goes to the sender's queue for replies, with from, text and time", async () => {
    const stage = await withRoom(ECHO);
    const [ada, bob] = [await StompVisitor.connect(stage), await StompVisitor.connect(stage)];
    for (const client of [ada, bob]) await client.subscribe(REPLY, "replies");
    await ada.tell("room", { from: "Ada", text: "hello" });
    const [message, ...others] = ada.read();
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      command: "MESSAGE",
      headers: { destination: REPLY, subscription: "replies", "content-type": "application/json" },
    });
    expect(message!.headers["message-id"]).toMatch(/^[\da-f]{8}-1$/);
    expect(JSON.parse(message!.body)).toEqual({
      from: "Ada",
      text: "Ada said hello",
      time: expect.stringMatching(/^\d\d:\d\d$/) as string,
    });
    expect([bob.read(), stage.lines, stage.faultTexts]).toEqual([[], [], []]);
  });

  test.each([
    ["undefined", ""],
    ["null", ""],
    ["5", "5"],
    ["true", "true"],
    ["({ a: 1 })", `{"a":1}`],
    ["Promise.resolve('later')", "later"],
  ])("a handler that returns %s replies %s", async (result, text) => {
    const client = await StompVisitor.connect(await withRoom(`export const onMessage = () => ${result}`));
    await client.subscribe(REPLY);
    await client.tell("room", {});
    expect(client.readBodies().map((body) => JSON.parse(body) as unknown)).toMatchObject([
      { from: null, text },
    ]);
  });

  test("from is passed however the handler declares it", async () => {
    for (const parameters of ["m, from = 'nobody'", "...[m, from]"]) {
      const client = await StompVisitor.connect(
        await withRoom(`export const onMessage = (${parameters}) => from;`),
      );
      await client.subscribe(REPLY);
      await client.tell("room", { from: "Ada", text: "hello" });
      expect(client.readBodies()[0]).toMatch(/"text":"Ada"/);
    }
  });

  test("members that are missing are null, numbers are texts, others are ignored", async () => {
    const handler = `export const onMessage = (message, from) => JSON.stringify([message, from, __context.get("message"), __context.get("from")])`;
    const client = await StompVisitor.connect(await withRoom(handler));
    await client.subscribe(REPLY);
    await client.tell("room", { text: 5, from: true, more: [] });
    await client.tell("room", {});
    const texts = client.readBodies().map((body) => (JSON.parse(body) as { text: string }).text);
    expect(texts).toEqual([`["5","true","5","true"]`, "[null,null,null,null]"]);
  });

  test.each(["hello", "[]", "5", `{"text":{}}`, `{"text":"x","from":[]}`])(
    "a body that is not a message (%s) is reported to the client and to onError",
    async (body) => {
      const stage = await withRoom(ECHO);
      const client = await StompVisitor.connect(stage);
      await client.subscribe(ERRORS);
      await client.tell("room", body);
      const [error] = client.read();
      expect(error).toMatchObject({ headers: { destination: ERRORS, "content-type": "text/plain" } });
      expect(error!.body).toMatch(
        /of a message to an endpoint are texts|a message to an endpoint is an object of JSON/,
      );
      expect([stage.lines, client.visitor.ended]).toEqual([[`error ${error!.body}`], null]);
    },
  );

  test("a fault is logged and reported to the client; the connection stays, and onError is not called", async () => {
    const stage = await withRoom(
      `export const onMessage = (m) => { if (m === "later") return Promise.reject(new Error("later")); throw new Error("now"); };
       export const onError = () => console.log("never");`,
    );
    const client = await StompVisitor.connect(stage);
    await client.subscribe(ERRORS);
    await client.tell("room", { text: "now" });
    await client.tell("room", { text: "later" });
    expect([client.readBodies(), stage.faultTexts, stage.lines]).toEqual([
      ["now", "later"],
      ["now", "later"],
      [],
    ]);
    expect(client.visitor.ended).toBe(null);
  });

  test("a result that cannot be written is a fault", async () => {
    const stage = await withRoom("export const onMessage = () => 5n");
    const client = await StompVisitor.connect(stage);
    await client.subscribe(ERRORS);
    await client.tell("room", { text: "?" });
    expect([client.readBodies(), stage.faultTexts]).toEqual([
      [expect.stringMatching(/BigInt/)],
      [expect.stringMatching(/BigInt/)],
    ]);
  });

  test("a client without a subscription gets nothing", async () => {
    const client = await StompVisitor.connect(await withRoom(ECHO));
    await client.subscribe("/user/queue/reply/other");
    await client.tell("room", { text: "hello" });
    expect(client.read()).toEqual([]);
  });

  test("an endpoint that does not exist is an ERROR with the nearest name", async () => {
    expect(await refusal((client) => client.tell("rom", { text: "x" }))).toBe(
      `no *.websocket file defines the endpoint "rom"; did you mean "room"?`,
    );
    expect(await refusal((client) => client.tell("kitchen", {}))).toBe(
      `no *.websocket file defines the endpoint "kitchen"; the endpoints are: room`,
    );
  });

  test("an edited handler is used for the next message", async () => {
    const stage = await withRoom(ECHO);
    const client = await StompVisitor.connect(stage);
    await client.subscribe(REPLY);
    await stage.edit({
      "room.mjs": "export const onMessage = () => 'new'",
      "room.websocket": { handler: "room", endpoint: "room" },
    });
    await client.tell("room", { text: "?" });
    expect(client.readBodies()[0]).toMatch(/"text":"new"/);
  });
});

describe("topics", () => {
  test.each(["/topic/tea", "/queue/tea"])(
    "a message to %s reaches all that have subscribed, its sender too",
    async (topic) => {
      const stage = await withRoom(ECHO);
      const clients = [
        await StompVisitor.connect(stage, "1.0"),
        await StompVisitor.connect(stage, "1.1"),
        await StompVisitor.connect(stage),
        await StompVisitor.connect(stage),
        await StompVisitor.connect(stage),
      ];
      const [zero, one, two, same, other] = clients as [
        StompVisitor,
        StompVisitor,
        StompVisitor,
        StompVisitor,
        StompVisitor,
      ];
      await zero.send("SUBSCRIBE", { destination: topic });
      for (const client of [one, two, same]) await client.subscribe(topic, "a:b");
      await two.subscribe(topic, "second");
      await other.subscribe("/topic/coffee");
      await one.send("SEND", { destination: topic, "content-type": "text/x", kind: "a:b" }, "sencha\0");
      const content = { destination: topic, "content-type": "text/x", kind: "a:b" };
      const read = clients.map((client) => client.read());
      expect(read.map((frames) => frames.map(({ headers }) => headers["subscription"]))).toEqual([
        [undefined],
        ["a:b"],
        ["a:b", "second"],
        ["a:b"],
        [],
      ]);
      for (const frame of read.flat())
        expect(frame).toMatchObject({ command: "MESSAGE", headers: content, body: "sencha\0" });
      expect(new Set(read.flat().map(({ headers }) => headers["message-id"])).size).toBe(1);
    },
  );

  test("after UNSUBSCRIBE, DISCONNECT or a lost connection nothing comes", async () => {
    const stage = await withRoom(ECHO);
    const [ada, bob, cid, dan] = [
      await StompVisitor.connect(stage),
      await StompVisitor.connect(stage),
      await StompVisitor.connect(stage),
      await StompVisitor.connect(stage),
    ];
    for (const client of [ada, bob, cid, dan]) await client.subscribe("/topic/tea");
    await bob.send("UNSUBSCRIBE", { id: "sub-0" });
    await cid.send("DISCONNECT");
    await dan.visitor.leave(1006);
    await ada.send("SEND", { destination: "/topic/tea" }, "tea");
    expect([ada, bob, cid, dan].map((client) => client.read().length)).toEqual([1, 0, 0, 0]);
    expect([bob.visitor.ended, cid.visitor.ended]).toEqual([null, { code: 1000, reason: "" }]);
    expect(bob.visitor.session.rooms?.size ?? 0).toBe(0);
    await bob.subscribe("/topic/tea");
    await ada.send("SEND", { destination: "/topic/tea" }, "more");
    expect(bob.readBodies()).toEqual(["more"]);
  });

  test("in 1.0 a subscription may be known by its destination", async () => {
    const client = await StompVisitor.connect(await withRoom(ECHO), "1.0");
    await client.send("SUBSCRIBE", { destination: "/topic/tea" });
    await client.send("SUBSCRIBE", { destination: REPLY });
    await client.send("UNSUBSCRIBE", { destination: "/topic/tea" });
    await client.send("SEND", { destination: "/topic/tea" }, "x");
    await client.tell("room", { text: "y" });
    expect(client.read()).toMatchObject([{ headers: { destination: REPLY } }]);
  });
});

describe("receipts", () => {
  test("each frame that asks for one gets it, when it is handled", async () => {
    const client = await StompVisitor.connect(
      await withRoom("export const onMessage = async () => { await null; return 'done' }"),
    );
    await client.send("SUBSCRIBE", { destination: REPLY, id: "1", receipt: "a:1" });
    await client.send("SEND", { destination: "/ws/stomp/room", receipt: "2" }, "{}");
    await client.send("UNSUBSCRIBE", { id: "1", receipt: "3" });
    await client.send("DISCONNECT", { receipt: "4" });
    expect(client.read().map(({ command, headers }) => [command, headers["receipt-id"]])).toEqual([
      ["RECEIPT", "a:1"],
      ["MESSAGE", undefined],
      ["RECEIPT", "2"],
      ["RECEIPT", "3"],
      ["RECEIPT", "4"],
    ]);
    expect(client.visitor.ended).toEqual({ code: 1000, reason: "" });
  });

  test("CONNECT has none, and an ERROR names the frame's", async () => {
    const client = await StompVisitor.open(await withRoom(ECHO));
    await client.send("CONNECT", { "accept-version": "1.2", receipt: "1" });
    expect(client.read().map(({ command }) => command)).toEqual(["CONNECTED"]);
    await client.send("ACK", { id: "1", receipt: "2" });
    expect(client.read()).toMatchObject([{ command: "ERROR", headers: { "receipt-id": "2" } }]);
  });
});

describe("frames and messages", () => {
  test("several frames in one message are handled in order, also behind a promise", async () => {
    const client = await StompVisitor.open(
      await withRoom("export const onMessage = async (m) => { await null; return m; }"),
    );
    const send = (text: string) => `SEND\ndestination:/ws/stomp/room\n\n{"text":"${text}"}\0`;
    await client.visitor.say(
      `CONNECT\naccept-version:1.2\n\n\0\nSUBSCRIBE\nid:1\ndestination:${REPLY}\n\n\0${send("a")}\n${send("b")}DISCONNECT\nreceipt:c\n\n\0${send("late")}`,
    );
    const texts = client.read().map(({ command, body }) => /"text":"(.*?)"/.exec(body)?.[1] ?? command);
    expect(texts).toEqual(["CONNECTED", "a", "b", "RECEIPT"]);
  });

  test("a frame over several messages, as text or as bytes, is handled when it is whole", async () => {
    const client = await StompVisitor.connect(await withRoom(ECHO));
    await client.subscribe(REPLY);
    for (const part of ["SEND\ndesti", "nation:/ws/stomp/room\n", `\n{"text":"h`, 'i"}'])
      await client.visitor.say(part);
    expect(client.read()).toEqual([]);
    await client.visitor.say("\0");
    await client.visitor.say(new TextEncoder().encode(`SEND\ndestination:/ws/stomp/room\n\n{"text":"é"}\0`));
    expect(client.readBodies().map((body) => (JSON.parse(body) as { text: string }).text)).toEqual([
      "null said hi",
      "null said é",
    ]);
  });

  test("bytes that are not UTF-8, and a broken frame, are an ERROR; what follows is ignored", async () => {
    expect(await refusal((client) => client.visitor.say(new Uint8Array([0xff, 0])))).toMatch(
      /^a message is not UTF-8; /,
    );
    expect(
      await refusal((client) =>
        client.visitor.say("SEND\nbroken\n\n\0SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0"),
      ),
    ).toMatch(/^the header line "broken" has no name and value/);
    expect(
      await refusal(async (client) => {
        await client.send("BEGIN", { transaction: "1" });
        await client.subscribe("/topic/a");
        await client.tell("room", {});
      }),
    ).toMatch(/^the command "BEGIN" is not supported; /);
  });
});

describe("everything else is an ERROR and a close", () => {
  test.each([
    [
      "an acknowledgement",
      "ACK",
      { id: "1" },
      /^the command "ACK" is not supported; the commands are: CONNECT, /,
    ],
    [
      "a misspelt command",
      "SUBSCRBE",
      { id: "1" },
      /^the command "SUBSCRBE" is not supported; did you mean SUBSCRIBE\?$/,
    ],
    ["a command in lower case", "send", {}, /did you mean SEND\?$/],
    ["a frame of the server", "MESSAGE", {}, /^the command "MESSAGE" is not supported/],
    [
      "SEND without a destination",
      "SEND",
      {},
      /^a frame SEND has no header destination; add the header destination$/,
    ],
    [
      "SEND in a transaction",
      "SEND",
      { destination: "/topic/a", transaction: "1" },
      /^transactions are not supported/,
    ],
    [
      "SEND to nowhere",
      "SEND",
      { destination: "/app/room" },
      /^nothing can be sent to the destination "\/app\/room"; send to \/ws\/stomp\/ENDPOINT/,
    ],
    ["SEND to a user", "SEND", { destination: REPLY }, /^nothing can be sent to the destination/],
    [
      "SUBSCRIBE without an id",
      "SUBSCRIBE",
      { destination: "/topic/a" },
      /^a frame SUBSCRIBE has no header id/,
    ],
    [
      "SUBSCRIBE without a destination",
      "SUBSCRIBE",
      { id: "1" },
      /^a frame SUBSCRIBE has no header destination/,
    ],
    [
      "SUBSCRIBE to an endpoint",
      "SUBSCRIBE",
      { id: "1", destination: "/ws/stomp/room" },
      /^there is nothing to subscribe to at "\/ws\/stomp\/room"; subscribe to/,
    ],
    [
      "SUBSCRIBE to a pattern",
      "SUBSCRIBE",
      { id: "1", destination: "/topic/*" },
      /^the destination "\/topic\/\*" is a pattern/,
    ],
    [
      "SUBSCRIBE with ack",
      "SUBSCRIBE",
      { id: "1", destination: "/topic/a", ack: "client" },
      /^the acknowledgement "client" is not supported; subscribe with ack:auto$/,
    ],
    ["UNSUBSCRIBE of nothing", "UNSUBSCRIBE", { id: "7" }, /^no subscription has the id "7"/],
    [
      "a subscription that is too long",
      "SUBSCRIBE",
      { id: "1", destination: `/topic/${"a".repeat(300)}` },
      /are too long; keep them within/,
    ],
  ])("%s", async (_, command, headers, message) => {
    expect(
      await refusal((client) => client.send(command, headers as unknown as Record<string, string>)),
    ).toMatch(message);
  });

  test("an id that is used twice, and more than 100 subscriptions", async () => {
    expect(
      await refusal(async (client) => {
        await client.subscribe("/topic/a", "1");
        await client.subscribe("/topic/b", "1");
      }),
    ).toMatch(/^there is a subscription with the id "1" already; give each/);
    expect(
      await refusal(async (client) => {
        for (let i = 0; i <= 100; i += 1) await client.subscribe(`/topic/${i}`, `${i}`);
      }),
    ).toMatch(/^there are 100 subscriptions already; /);
  });
});

describe("heart-beats", () => {
  async function beating(
    header: string,
  ): Promise<{ client: StompVisitor; pass: (ms: number) => string[]; waiting: () => number }> {
    const stage = await withRoom(ECHO);
    const client = await StompVisitor.open(stage);
    await client.send("CONNECT", { "accept-version": "1.2", "heart-beat": header });
    client.read();
    const pass = (ms: number): string[] => {
      stage.clock.advance(ms);
      stage.settle();
      return client.visitor.read().map(String);
    };
    return { client, pass, waiting: () => stage.clock.waiting };
  }

  test("the server sends them as often as the client wants, and not more often than every 10 s", async () => {
    for (const [wanted, ms] of [
      ["0,20000", 20_000],
      ["0,10", 10_000],
    ] as const) {
      const { pass } = await beating(wanted);
      expect(pass(ms - 1)).toEqual([]);
      expect(pass(1)).toEqual(["\n"]);
      expect(pass(2 * ms)).toEqual(["\n", "\n"]);
    }
  });

  test("a client that is silent for three of its own heart-beats is lost", async () => {
    const { client, pass, waiting } = await beating("5000,0");
    pass(25_000);
    await client.visitor.say("\n");
    expect(pass(24_999)).toEqual([]);
    await client.visitor.say("\n");
    expect([pass(20_000), client.visitor.ended]).toEqual([[], null]);
    const [error] = pass(1);
    expect(error).toMatch(/^ERROR\nmessage:the client's heart-beats do not come\n/);
    expect([client.visitor.ended?.code, waiting()]).toEqual([1002, 0]);
  });

  test.each([["0,0"], ["30000000000,0"]])("%s is none at all", async (header) => {
    const { pass, waiting } = await beating(header);
    expect([pass(100_000), waiting()]).toEqual([[], 0]);
  });

  test("they end with the connection, and with the host", async () => {
    const { client, waiting } = await beating("1000,1000");
    expect(waiting()).toBe(2);
    await client.send("DISCONNECT");
    expect(waiting()).toBe(0);
    const lost = await beating("1000,1000");
    await lost.client.visitor.leave(1006);
    expect(lost.waiting()).toBe(0);
  });

  test.each(["x", "1", "1,2,3", "-1,5"])("the header heart-beat:%s is an ERROR", async (header) => {
    const client = await StompVisitor.open(await withRoom(ECHO));
    await client.send("CONNECT", { "heart-beat": header });
    expect(client.readBodies()[0]).toMatch(/^heart-beat is ".+"; give two numbers of milliseconds/);
    expect(client.visitor.ended?.code).toBe(1002);
  });
});
