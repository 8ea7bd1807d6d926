import { describe, expect, it } from "vitest";
import { gate } from "../../support/promise-gate.ts";
import { settled } from "../../support/settled.ts";
import { boltApp, type Names } from "./stage.ts";

describe("routes", () => {
  it("answer by method and path, the more exact path first", async () => {
    const app = await boltApp((names) => {
      const { $bolt } = names;
      for (const name of ["get", "post", "put", "patch", "del"]) {
        names[name]("/things/:id", () => $bolt.send(`${name} ${$bolt.method()} ${$bolt.param("id")}`));
      }
      names.get("/things/new", () => $bolt.send("the form"));
      names.get("/files/*path", () => $bolt.send($bolt.param("path")));
    });
    expect(app.claims.map(({ kind, pattern }) => `${kind} ${pattern}`)).toEqual([
      "http /things/:id",
      "http /things/new",
      "http /files/**:path",
    ]);
    const params = { id: "7" };
    const answers: string[] = [];
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      answers.push((await app.request(method, "/things/7", { params })).text);
    }
    expect(answers).toEqual(["get GET 7", "post POST 7", "put PUT 7", "patch PATCH 7", "del DELETE 7"]);
    expect((await app.request("GET", "/things/new")).text).toBe("the form");
    const file = await app.request("GET", "/files/a/b.txt", { params: { path: "a/b.txt" } });
    expect(file.text).toBe("a/b.txt");
  });

  it("answer 405 for another method, 404 for another path, HEAD as GET without a body", async () => {
    const app = await boltApp(({ get, put, route, $bolt }) => {
      get("/page", () => $bolt.send("péage"));
      put("/page", () => $bolt.send("put"));
      route("purge", "/cache", () => $bolt.send("purged"));
    });
    const wrong = await app.request("POST", "/page");
    expect([wrong.status, wrong.header("allow"), wrong.text]).toEqual([
      405,
      "GET, PUT",
      "Method Not Allowed",
    ]);
    expect((await app.request("GET", "/nowhere")).status).toBe(404);
    const head = await app.request("HEAD", "/page");
    expect([head.status, head.text, head.header("content-length"), head.ends]).toEqual([200, "", "6", 1]);
    expect((await app.request("PURGE", "/cache")).text).toBe("purged");
  });

  it("take the name of an exported function", async () => {
    const app = await boltApp(({ get, $bolt }) => {
      get("/", "home");
      return { home: () => $bolt.send("at home") };
    });
    expect((await app.request("GET", "/")).text).toBe("at home");
  });

  it("refuse a value that is neither a handler nor a method", async () => {
    const { names } = await boltApp(() => undefined);
    expect(() => names.get("/")).toThrow(new TypeError("get(path, handler) takes 2 arguments, got 1"));
    expect(() => names.del("/", "")).toThrow(
      new TypeError('del("/"): handler must be a function or the name of one, got ""'),
    );
    expect(() => names.post("/", 5)).toThrow(/^post\("\/"\): handler must be a function/);
    expect(() => names.put("x", () => undefined)).toThrow(/^put takes a path that starts with "\/"/);
    expect(() => names.route(5, "/", () => undefined)).toThrow(/^route takes the name of a method first/);
  });
});

/** Calls a handler once and answers what came of it. */
async function answerOf(
  handler: ($bolt: Names) => unknown,
): ReturnType<Awaited<ReturnType<typeof boltApp>>["request"]> {
  const app = await boltApp(({ get, $bolt }) => get("/x/:id", () => handler($bolt)));
  const answer = await app.request("GET", "/x/7?q=a+b&q=c&e=", {
    params: { id: "7" },
    headers: [
      ["Authorization", "Bearer 5"],
      ["X-Two", "a"],
      ["x-two", "b"],
    ],
  });
  for (const { error } of app.faults) throw error;
  return answer;
}

describe("the request", () => {
  it("is read by $bolt, what is missing being empty", async () => {
    const answer = await answerOf(($bolt) =>
      $bolt.json([
        ...[$bolt.method(), $bolt.path(), $bolt.uri(), $bolt.param("id"), $bolt.param("nope")],
        ...[$bolt.query("q"), $bolt.query("e"), $bolt.query("nope")],
        ...[$bolt.header("AUTHORIZATION"), $bolt.header("x-two"), $bolt.header("nope")],
        ...[$bolt.body(), $bolt.bodyBase64(), $bolt.clientIp()],
      ]),
    );
    expect(JSON.parse(answer.text)).toEqual([
      ...["GET", "/x/:id", "/x/7?q=a+b&q=c&e=", "7", ""],
      ...["a b", "", ""],
      ...["Bearer 5", "a, b", ""],
      ...["", "", "192.0.2.7"],
    ]);
  });

  it("has an id of its own", async () => {
    const app = await boltApp(({ get, $bolt }) => get("/", () => $bolt.send($bolt.requestId())));
    const ids = [(await app.request("GET", "/")).text, (await app.request("GET", "/")).text];
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it("has its body as text, as base64 and as JSON", async () => {
    const app = await boltApp(({ post, $bolt }) => {
      post("/text", () => $bolt.send(`${$bolt.body()} ${$bolt.bodyBase64()}`));
      post("/json", () => $bolt.json($bolt.jsonBody().a));
    });
    expect((await app.request("POST", "/text", { text: "é" })).text).toBe("é w6k=");
    expect((await app.request("POST", "/json", { text: '{"a":[1,true]}' })).text).toBe("[1,true]");
  });

  it.each([["{"], ["nope"], [""]])("has an empty list as JSON for the body %j", async (text) => {
    const app = await boltApp(({ post, $bolt }) => post("/", () => $bolt.json($bolt.jsonBody())));
    expect((await app.request("POST", "/", { text })).text).toBe("[]");
    expect((await app.request("POST", "/")).text).toBe("[]");
    expect(app.faults).toEqual([]);
  });

  it("is none outside of a handler", async () => {
    const { bolt } = await boltApp(() => undefined);
    expect([bolt.method(), bolt.path(), bolt.uri(), bolt.body(), bolt.requestId(), bolt.clientIp()]).toEqual(
      Array.from({ length: 6 }, () => ""),
    );
    expect([bolt.query("q"), bolt.param("id"), bolt.header("host"), bolt.bodyBase64()]).toEqual([
      "",
      "",
      "",
      "",
    ]);
    expect(() => bolt.send("hello")).toThrow(
      /^\$bolt\.send responds to an HTTP request: no request is being handled/,
    );
    expect(() => bolt.setHeader("a", "b")).toThrow(/^\$bolt\.setHeader responds to an HTTP request/);
  });
});

describe("the answer", () => {
  it.each<[string, ($bolt: Names) => unknown, number, string, string | undefined]>([
    ["send", ($bolt) => $bolt.send("hi"), 200, "hi", "text/plain; charset=utf-8"],
    ["text", ($bolt) => $bolt.text("hi"), 200, "hi", "text/plain; charset=utf-8"],
    ["html", ($bolt) => $bolt.html("<p>"), 200, "<p>", "text/html; charset=utf-8"],
    ["json", ($bolt) => $bolt.json({ a: 1 }), 200, '{"a":1}', "application/json"],
    ["sendBinary", ($bolt) => $bolt.sendBinary("aGk="), 200, "hi", "application/octet-stream"],
    ["sendStatus", ($bolt) => $bolt.sendStatus(204), 204, "", undefined],
    [
      "sendWithStatus",
      ($bolt) => $bolt.sendWithStatus(201, "made"),
      201,
      "made",
      "text/plain; charset=utf-8",
    ],
    ["jsonWithStatus", ($bolt) => $bolt.jsonWithStatus(201, []), 201, "[]", "application/json"],
    ["notFound", ($bolt) => $bolt.notFound(), 404, "Not Found", "text/plain; charset=utf-8"],
    ["unauthorized", ($bolt) => $bolt.unauthorized(), 401, "Unauthorized", "text/plain; charset=utf-8"],
    ["forbidden", ($bolt) => $bolt.forbidden(), 403, "Forbidden", "text/plain; charset=utf-8"],
    ["badRequest", ($bolt) => $bolt.badRequest("why"), 400, "why", "text/plain; charset=utf-8"],
    ["serverError", ($bolt) => $bolt.serverError("sorry"), 500, "sorry", "text/plain; charset=utf-8"],
    ["nothing", () => undefined, 200, "", undefined],
    [
      "the last of two kinds",
      ($bolt) => [$bolt.json([]), $bolt.html("<p>")],
      200,
      "<p>",
      "text/html; charset=utf-8",
    ],
    [
      "the last of two",
      ($bolt) => [$bolt.send("a"), $bolt.sendWithStatus(201, "b")],
      201,
      "b",
      "text/plain; charset=utf-8",
    ],
  ])("the response of %s has its status, text and type", async (...[, handler, status, text, type]) => {
    const answer = await answerOf(handler);
    expect([answer.status, answer.text, answer.header("content-type")]).toEqual([status, text, type]);
    expect([answer.heads.length, answer.ends]).toEqual([1, 1]);
  });

  it("redirects", async () => {
    const answer = await answerOf(($bolt) => $bolt.redirect("/login"));
    expect([answer.status, answer.header("location")]).toEqual([302, "/login"]);
    const lasting = await answerOf(($bolt) => $bolt.redirectPermanent("/new"));
    expect([lasting.status, lasting.header("location")]).toEqual([301, "/new"]);
  });

  it("has the headers that were set, before or after it", async () => {
    const answer = await answerOf(($bolt) => {
      $bolt.setHeader("Content-Type", "text/csv");
      $bolt.send("a,b");
      $bolt.setHeader("X-One", "1");
      $bolt.setHeader("x-one", "2");
    });
    expect([answer.header("content-type"), answer.header("x-one")]).toEqual(["text/csv", "2"]);
  });

  it.each<[($bolt: Names) => unknown, RegExp]>([
    [($bolt) => $bolt.send(5), /^\$bolt\.send\(cContent\) takes a string as cContent, got a number/],
    [($bolt) => $bolt.json(undefined), /^\$bolt\.json\(aData\) takes data, got undefined/],
    [
      ($bolt) => $bolt.sendStatus(99),
      /^\$bolt\.sendStatus takes a status from 200 to 599 as nStatus, got 99/,
    ],
    [($bolt) => $bolt.sendStatus("200"), /takes a number as nStatus, got a string/],
    [($bolt) => $bolt.setHeader("a b", "c"), /^\$bolt\.setHeader takes the name of a header/],
    [($bolt) => $bolt.setHeader("a", "b\r\nc: d"), /^\$bolt\.setHeader takes one line/],
    [($bolt) => $bolt.redirect("/a\nb"), /^\$bolt\.redirect takes one line of Latin text as cUrl/],
    [($bolt) => $bolt.redirectPermanent("/a\nb"), /^\$bolt\.redirectPermanent takes one line/],
    [($bolt) => $bolt.sendBinary("no base64"), /^\$bolt\.sendBinary takes padded base64/],
  ])("is refused with a word on the call: %s", async (handler, text) => {
    await expect(answerOf(handler)).rejects.toThrow(text);
  });

  it("is 500 when the handler fails, and the fault names the route", async () => {
    const app = await boltApp(({ get, $bolt }) => {
      get("/x", async () => {
        $bolt.send("half");
        await Promise.resolve();
        throw new Error("broken");
      });
    });
    const answer = await app.request("GET", "/x");
    expect([answer.status, answer.text]).toEqual([500, "Internal Server Error"]);
    expect(app.faults[0]?.where).toBe('get("/x"): handler');
  });

  it("is not sent to a client that has gone", async () => {
    const held = gate();
    const app = await boltApp(({ get, $bolt }) => {
      get("/slow", async () => {
        await held.passed;
        $bolt.send("late");
      });
    });
    const answer = await app.request("GET", "/slow");
    app.dispatcher.push({ kind: "abort", request: answer.request });
    await settled();
    held.open();
    await settled();
    expect([answer.heads, app.faults]).toEqual([[], []]);
  });
});

describe("before and after a handler", () => {
  it("run around it; a before that answers takes its place", async () => {
    const log: string[] = [];
    const app = await boltApp(({ get, before, after, $bolt }) => {
      get("/secret", () => {
        log.push("handler");
        $bolt.send("42");
      });
      before(() => {
        if ($bolt.header("authorization") === "") $bolt.unauthorized();
      });
      after(() => $bolt.setHeader("X-After", "yes"));
    });
    const refused = await app.request("GET", "/secret");
    expect([refused.status, refused.header("x-after"), log]).toEqual([401, undefined, []]);
    const served = await app.request("GET", "/secret", { headers: [["authorization", "me"]] });
    expect([served.status, served.text, served.header("x-after")]).toEqual([200, "42", "yes"]);
  });
});

describe("WebSocket calls in a handler", () => {
  it("work as in an event, the event context being empty", async () => {
    const app = await boltApp(({ ws, get, post, $bolt }) => {
      ws("/chat", () => $bolt.wsRoomJoin("lobby", $bolt.wsClientId()), "", "");
      get("/clients", () => $bolt.json([$bolt.wsClientList(), $bolt.wsClientId(), $bolt.wsParam("x")]));
      get("/broadcast", () => $bolt.json($bolt.wsBroadcast($bolt.query("text"))));
      get("/room", () => $bolt.json([$bolt.wsRoomCount("lobby"), $bolt.wsRoomBroadcast("lobby", "room")]));
      post("/close", () => $bolt.json($bolt.wsCloseClient($bolt.query("id"))));
    });
    const anna = await app.connect("/chat");
    const body = async (method: string, path: string): Promise<unknown> =>
      JSON.parse((await app.request(method, path)).text);
    expect(await body("GET", "/clients")).toEqual([[anna.id], "", ""]);
    expect(await body("GET", "/broadcast?text=all")).toBe(1);
    expect(await body("GET", "/room")).toEqual([1, 1]);
    expect(anna.read()).toEqual(["all", "room"]);
    expect(await body("POST", `/close?id=${anna.id}`)).toBe(1);
    expect(await body("POST", `/close?id=${anna.id}`)).toBe(0);
    expect(anna.ended).toEqual({ code: 1000, reason: "" });
  });
});

describe("the other calls", () => {
  it("encode and decode JSON, return the host's time, and log", async () => {
    const { bolt, clock, warnings } = await boltApp(() => undefined);
    expect(bolt.jsonEncode({ a: ["b"] })).toBe('{"a":["b"]}');
    expect(bolt.jsonPretty([1])).toBe("[\n  1\n]");
    expect(bolt.jsonDecode('{"a":null}')).toEqual({ a: null });
    expect([bolt.jsonDecode("nope"), bolt.jsonDecode("")]).toEqual([[], []]);
    expect(() => bolt.jsonEncode(() => undefined)).toThrow(
      /^\$bolt\.jsonEncode\(aData\) takes data, got a function/,
    );
    clock.advance(1500);
    expect(bolt.unixtimeMs()).toBe(clock.now());
    expect(bolt.unixtime()).toBe(Math.floor(clock.now() / 1000));
    bolt.log("hello");
    expect(warnings).toEqual(["hello"]);
  });
});
