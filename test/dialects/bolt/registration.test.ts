import { describe, expect, it } from "vitest";
import { boltApp, Front, type Names } from "./stage.ts";

const nothing = (): void => undefined;

/** What the names throw at once, or the text of what a program's evaluation failed with. */
async function refusal(register: (names: Names) => void): Promise<string> {
  const app = await boltApp(() => undefined);
  try {
    register(app.names);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

describe("ws", () => {
  it("takes functions, the names of exported functions, and none", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws }) => {
      ws("/chat", "on_connect", () => void log.push("message"), "");
      return { on_connect: () => void log.push("connect"), unused: 5 };
    });
    const client = await app.connect("/chat");
    await client.say("hello");
    await client.leave();
    expect(log).toEqual(["connect", "message"]);
    expect([app.warnings, app.faults]).toEqual([[], []]);
  });

  it("claims its paths, with Bolt's own limits", async () => {
    const app = await boltApp(({ ws }) => {
      ws("/chat/:room_1", nothing, "", "");
      ws("/files/*path", "", nothing, "");
      ws("/any/*", "", nothing, "");
    });
    const limits = {
      maxPayload: 4_194_304,
      maxFrame: 65_536,
      messageRate: 100,
      maxSessions: 1000,
      maxPerAddress: 10,
      sameOrigin: true,
    };
    const common = { kind: "ws", wantsPings: false, limits };
    expect(app.claims).toEqual([
      { ...common, pattern: "/chat/:room_1", awaitsDecision: true },
      { ...common, pattern: "/files/**:path", awaitsDecision: false },
      { ...common, pattern: "/any/**:_", awaitsDecision: false },
    ]);
  });

  it("has exactly four arguments", async () => {
    const text = "ws(path, onConnect, onMessage, onDisconnect) takes 4 arguments";
    const hint = 'pass "" for a callback you do not need';
    expect(await refusal(({ ws }) => ws("/chat", nothing, nothing))).toBe(`${text}, got 3; ${hint}`);
    expect(await refusal(({ ws }) => ws("/chat", "", "", "", ""))).toBe(`${text}, got 5; ${hint}`);
  });

  it("refuses a callback that is neither", async () => {
    const text = 'must be a function, the name of an exported function or "", got';
    expect(await refusal(({ ws }) => ws("/chat", null, "", ""))).toBe(`ws("/chat"): onConnect ${text} null`);
    expect(await refusal(({ ws }) => ws("/chat", "", {}, ""))).toBe(
      `ws("/chat"): onMessage ${text} an object`,
    );
    expect(await refusal(({ ws }) => ws("/chat", "", "", 1))).toBe(
      `ws("/chat"): onDisconnect ${text} a number`,
    );
  });

  it.each([
    [5, 'ws takes a path that starts with "/", got a number'],
    ["chat", 'ws takes a path that starts with "/", got "chat"'],
    ["/a/*rest/b", 'ws: "*rest" in /a/*rest/b takes the rest of the path, so it must be last'],
    ["/:a/:a", 'ws: /:a/:a has the parameter "a" twice'],
    ["/chat-:room", /^ws: "chat-:room" in .* holds ":"; a parameter is a whole part/],
    ["/:", /holds ":"/],
    ["/:1st", /holds ":"/],
    ["/\uFFFD", /holds "\uFFFD"/],
    ["/a b", /holds " "/],
    ["/a?b=1", /holds "\?"/],
  ])("refuses the path %j", async (path, text) => {
    expect(await refusal(({ ws }) => ws(path, "", "", ""))).toMatch(text);
  });

  it("a path registered twice is served by the first registration, with one warning", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, before }) => {
      ws("/chat/:room", "", () => void log.push("first"), "");
      ws(
        "/chat/:id",
        () => void log.push("connect"),
        () => void log.push("second"),
        "",
      );
      before(() => void log.push("before the second"));
    });
    expect(app.claims.map(({ pattern }) => pattern)).toEqual(["/chat/:room"]);
    await (await app.connect("/chat/:room")).say("hello");
    expect(log).toEqual(["first"]);
    expect(app.warnings).toEqual([
      'ws("/chat/:id"): the program has registered this path already, as ws("/chat/:room"), which serves it; this one never runs, so use another path',
    ]);
  });

  it("may come later, while the program runs", async () => {
    const app = await boltApp(({ get, ws }) => {
      get("/more", () => ws("/late", "", "", ""));
    });
    expect(app.claims.map(({ pattern }) => pattern)).toEqual(["/more"]);
    await app.request("GET", "/more");
    expect(app.claims.map(({ kind, pattern }) => `${kind} ${pattern}`)).toEqual(["ws /late", "http /more"]);
  });
});

describe("a program below a path of its own", () => {
  it("answers there, and its routes are called as they are written", async () => {
    const source = ({ ws, get, $bolt }: Names): void => {
      ws("/chat/:room", () => $bolt.wsSendTo($bolt.wsClientId(), $bolt.wsEventPath()), "", "");
      get("/", () => $bolt.send($bolt.path()));
      get("/a/:b", () => $bolt.send($bolt.path()));
    };
    const app = await boltApp(source, new Front(), { mount: "/shop/1" });
    const patterns = ["/shop/1/chat/:room", "/shop/1", "/shop/1/a/:b"];
    expect(app.claims.map(({ pattern }) => pattern)).toEqual(patterns);
    const client = await app.connect("/shop/1/chat/:room");
    expect(client.read()).toEqual(["/chat/:room"]);
    expect((await app.request("GET", "/shop/1")).text).toBe("/");
    expect((await app.request("GET", "/shop/1/a/b")).text).toBe("/a/:b");
    expect((await app.request("GET", "/a/b")).status).toBe(404);
  });
});

describe("a name that leads to no function", () => {
  it("is reported when the program starts and at each event, and the connection stays", async () => {
    const app = await boltApp(({ ws, after }) => {
      ws("/chat", "", "on_mesage", "");
      after("nowhere");
      return { on_message: nothing, number: 5 };
    });
    const text =
      'ws("/chat"): onMessage: the program exports no function "on_mesage"; did you mean "on_message"?';
    const other =
      'after of ws("/chat"): the program exports no function "nowhere"; write "export function nowhere"';
    expect(app.warnings).toEqual([other, text]);
    const client = await app.connect("/chat");
    await client.say("hello");
    expect(app.faultTexts).toEqual([text]);
    expect(app.faults[0]?.where).toBe(`ws("/chat"): onMessage (client ${client.id})`);
    expect([client.isOpen, client.ended]).toEqual([true, null]);
  });
});

describe("before and after", () => {
  it("take a function or a name, and one argument", async () => {
    const wrong = (register: (names: Names) => void): Promise<string> =>
      refusal((names) => {
        names.ws("/chat", "", "", "");
        register(names);
      });
    expect(await wrong(({ before }) => before(5))).toMatch(/^before of ws\("\/chat"\) must be a function/);
    expect(await wrong(({ after }) => after(""))).toBe(
      'after of ws("/chat") must be a function or the name of one, got ""',
    );
    expect(await wrong(({ before }) => before(nothing, nothing))).toBe(
      "before(middleware) takes 1 argument, got 2",
    );
  });
});

describe("the limits", () => {
  it("are set by their calls, at any time, for all routes", async () => {
    const app = await boltApp(({ ws, post, $bolt }) => {
      $bolt.setWsMaxConnections(5);
      ws("/chat", "", "", "");
      ws("/other", "", "", "");
      $bolt.setWsMaxPerIp(2);
      $bolt.setWsMessageRateLimit(0);
      $bolt.setBodyLimit(1000);
      post("/more", () => $bolt.setWsMessageRateLimit(7));
    });
    const sizes = { maxPayload: 4_194_304, maxFrame: 65_536 };
    const counts = { maxSessions: 5, maxPerAddress: 2, countsLoopback: true, messageRate: 0 };
    const limits = { ...sizes, ...counts, sameOrigin: true };
    expect(app.claims.map((claim) => claim.limits)).toEqual([limits, limits, { maxBody: 1000 }]);
    await app.request("POST", "/more");
    expect(app.claims[0]?.limits).toEqual({ ...limits, messageRate: 7 });
  });

  it("take whole numbers", async () => {
    const text = "$bolt.setWsMaxPerIp(nMax) takes a";
    expect(await refusal(({ $bolt }) => $bolt.setWsMaxPerIp("2"))).toBe(
      `${text} number as nMax, got a string`,
    );
    expect(await refusal(({ $bolt }) => $bolt.setWsMaxPerIp(1.5))).toBe(
      `${text} whole number of 0 or more, got 1.5`,
    );
    expect(await refusal(({ $bolt }) => $bolt.setWsMaxConnections(-1))).toMatch(
      /^\$bolt\.setWsMaxConnections/,
    );
    expect(await refusal(({ $bolt }) => $bolt.setWsMessageRateLimit(NaN))).toMatch(/got NaN$/);
  });
});

describe("a program that does not load", () => {
  it("claims nothing, whatever it registered before", async () => {
    const app = await boltApp(({ ws }) => {
      ws("/chat", "", "", "");
      throw new Error("no database");
    });
    expect(app.claims).toEqual([]);
    expect(app.faultTexts).toEqual(["no database"]);
    expect((await app.request("GET", "/")).status).toBe(503);
  });

  it("refuses those who come by paths that an earlier one had", async () => {
    const app = await boltApp(async ({ ws }) => {
      ws("/chat", nothing, "", "");
      await Promise.reject(new Error("no database"));
      return {};
    });
    app.claims = [{ kind: "ws", pattern: "/chat", awaitsDecision: true, wantsPings: false, limits: {} }];
    const client = await app.connect("/chat");
    expect(client.refused).toEqual({ status: 503, reason: "Service Unavailable" });
  });
});
