import { describe, expect, it } from "vitest";
import { boltApp, type Names } from "./stage.ts";
import type { WebAnswer } from "../../support/web-answers.ts";

/** Runs a handler for one request. */
async function answerOf(
  handler: ($bolt: Names) => unknown,
  request: { url?: string; headers?: [string, string][]; text?: string } = {},
): Promise<WebAnswer> {
  const app = await boltApp(({ post, $bolt }) => post("/", () => handler($bolt)));
  const answer = await app.request("POST", request.url ?? "/", request);
  for (const { error } of app.faults) throw error;
  return answer;
}

describe("queries and forms", () => {
  it("queryAll has all values of a name, query the first", async () => {
    const { text } = await answerOf(
      ($bolt) => $bolt.json([$bolt.query("tag"), $bolt.queryAll("tag"), $bolt.queryAll("no")]),
      { url: "/?tag=a+b&tag=%C3%A9&x=1" },
    );
    expect(JSON.parse(text)).toEqual(["a b", ["a b", "é"], []]);
  });

  const fields = ($bolt: Names): unknown =>
    $bolt.json([
      ...[$bolt.formField("name"), $bolt.formField("no")],
      ...[$bolt.formFieldAll("hobby"), $bolt.formFieldAll("file")],
    ]);

  it("formField reads a form of names and values", async () => {
    const { text } = await answerOf(fields, {
      headers: [["Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"]],
      text: "name=Zo%C3%AB+K&hobby=a&hobby=b",
    });
    expect(JSON.parse(text)).toEqual(["Zoë K", "", ["a", "b"], []]);
  });

  it("formField reads a form with files, which are not fields", async () => {
    const part = (name: string, value: string, more = ""): string =>
      `--XX\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
    const { text } = await answerOf(fields, {
      headers: [["content-type", "multipart/form-data; boundary=XX"]],
      text: `${part("name", "Zoë\r\nK")}${part("hobby", "a")}${part("hobby", "")}${part("file", "x", '; filename="a.txt"')}--XX--\r\n`,
    });
    expect(JSON.parse(text)).toEqual(["Zoë\r\nK", "", ["a", ""], []]);
  });

  it.each([
    [
      "cut off",
      "multipart/form-data; boundary=XX",
      '--XX\r\nContent-Disposition: form-data; name="name"\r\n\r\nx',
    ],
    ["without a boundary", "multipart/form-data", "--XX--"],
    ["of JSON", "application/json", '{"name":"x"}'],
  ])("a body %s has no fields", async (_, type, text) => {
    const answer = await answerOf(fields, { headers: [["content-type", type]], text });
    expect(JSON.parse(answer.text)).toEqual(["", "", [], []]);
  });

  it("outside of a request there are none", async () => {
    const { bolt } = await boltApp(() => undefined);
    expect([bolt.formField("a"), bolt.formFieldAll("a"), bolt.queryAll("a")]).toEqual(["", [], []]);
  });
});

describe("cookies", () => {
  it("are read by name, percent-decoded, and without quotes", async () => {
    const { text } = await answerOf(
      ($bolt) => $bolt.json(["user", "quoted", "bad", "empty", "no"].map((name) => $bolt.cookie(name))),
      {
        headers: [
          ["Cookie", 'a=b=c; user=Zo%C3%AB; quoted="x y"; bad=%E0%A4%A; empty='],
          ["cookie", "user=second"],
        ],
      },
    );
    expect(JSON.parse(text)).toEqual(["Zoë", "x y", "%E0%A4%A", "", ""]);
  });

  it("are set by the response, however often it is made", async () => {
    const answer = await answerOf(($bolt) => {
      $bolt.setCookie("user", "Zoë; admin=1");
      $bolt.send("first");
      $bolt.setCookieEx("token", "a b,c", "Path=/x; Max-Age=60; HttpOnly");
      $bolt.deleteCookie("old");
      $bolt.redirect("/");
    });
    expect(answer.status).toBe(302);
    expect(answer.headersOf("set-cookie")).toEqual([
      "user=Zo%C3%AB%3B admin=1; Path=/",
      "token=a b,c; Path=/x; Max-Age=60; HttpOnly",
      "old=; Path=/; Max-Age=0",
    ]);
  });

  it("in a WebSocket event there are none, and setting one does nothing", async () => {
    const app = await boltApp(({ ws, $bolt }) => {
      const onMessage = (): void => {
        $bolt.setCookie("a", "b");
        $bolt.wsSendTo($bolt.wsClientId(), `[${$bolt.cookie("a")}]`);
      };
      ws("/chat", "", onMessage, "");
    });
    const client = await app.connect("/chat");
    await client.say("hello");
    expect([client.read(), app.faults, app.warnings]).toEqual([["[]"], [], []]);
    expect(() => app.bolt.setCookie("a", "b")).toThrow(/^\$bolt\.setCookie responds to an HTTP request/);
  });

  it.each<[($bolt: Names) => unknown, RegExp]>([
    [
      ($bolt) => $bolt.setCookie("a b", "c"),
      /^\$bolt\.setCookie takes the name of a cookie as cName, got "a b"/,
    ],
    [
      ($bolt) => $bolt.setCookieEx("a", "b", "Path=/\r\nX: y"),
      /^\$bolt\.setCookieEx takes one line .* as cOptions/,
    ],
    [($bolt) => $bolt.setCookie("a", 5), /takes a string as cValue, got a number/],
  ])("refuse what would break the header: %s", async (handler, text) => {
    await expect(answerOf(handler)).rejects.toThrow(text);
  });
});

describe("more responses", () => {
  it("are HTML with a status, and bytes of a type", async () => {
    const html = await answerOf(($bolt) => $bolt.htmlWithStatus(201, "<p>"));
    expect([html.status, html.text, html.header("content-type")]).toEqual([
      201,
      "<p>",
      "text/html; charset=utf-8",
    ]);
    const bytes = await answerOf(($bolt) => $bolt.sendBinaryAs("aGk=", "image/png"));
    expect([bytes.text, bytes.header("content-type")]).toEqual(["hi", "image/png"]);
  });
});

describe("texts", () => {
  it("are hashed and encoded, as UTF-8", async () => {
    const { bolt } = await boltApp(() => undefined);
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect([bolt.sha256("abc"), bolt.etag("abc")]).toEqual([abc, `"${abc}"`]);
    expect(bolt.sha256("é")).toBe("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c");
    expect(bolt.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(bolt.uuid()).not.toBe(bolt.uuid());
    expect([bolt.base64Encode("hé>?"), bolt.base64Decode("aMOpPj8=")]).toEqual(["aMOpPj8=", "hé>?"]);
    expect([bolt.base64Decode("no base64"), bolt.base64Decode("aGk")]).toEqual(["", ""]);
    expect([bolt.base64UrlEncode("hé>?"), bolt.base64UrlDecode("aMOpPj8")]).toEqual(["aMOpPj8", "hé>?"]);
    expect([bolt.base64UrlEncode("???>"), bolt.base64UrlDecode("Pz8_Pg==")]).toEqual(["Pz8_Pg", "???>"]);
    expect(bolt.base64UrlDecode("Pz8/Pg==")).toBe("");
    expect([bolt.urlEncode("a b/é!*"), bolt.urlDecode("a%20b+%C3%A9")]).toEqual([
      "a%20b%2F%C3%A9%21%2A",
      "a b+é",
    ]);
    expect(bolt.urlDecode("100%")).toBe("100%");
  });

  it("are matched with patterns, and so is a parameter of the path", async () => {
    const app = await boltApp(({ get, ws, $bolt }) => {
      const check = (): number => $bolt.validateParam("id", "^[0-9]+$");
      get("/:id", () => $bolt.json([check(), $bolt.validateParam("no", ".")]));
      ws("/chat/:id", "", () => $bolt.wsSendTo($bolt.wsClientId(), `${check()}`), "");
    });
    expect([app.bolt.matchRegex("Hello", "(?i)^h"), app.bolt.matchRegex("Hello", "^h")]).toEqual([1, 0]);
    expect(() => app.bolt.matchRegex("a", "(")).toThrow(
      /^\$bolt\.matchRegex\(cValue, cPattern\) takes a regular/,
    );
    expect((await app.request("GET", "/7", { params: { id: "7" } })).text).toBe("[1,0]");
    const client = await app.connect("/chat/:id", { params: { id: "x" } });
    await client.say("hello");
    expect(client.read()).toEqual(["0"]);
  });
});

describe("the cache", () => {
  it("keeps texts until they are deleted, replaced or cleared", async () => {
    const { bolt, clock } = await boltApp(() => undefined);
    bolt.cacheSet("a", "1");
    bolt.cacheSet("b", "2");
    clock.advance(24 * 3600 * 1000);
    expect([bolt.cacheGet("a"), bolt.cacheGet("no")]).toEqual(["1", ""]);
    bolt.cacheSet("a", "3");
    bolt.cacheDelete("b");
    expect([bolt.cacheGet("a"), bolt.cacheGet("b")]).toEqual(["3", ""]);
    bolt.cacheClear();
    expect(bolt.cacheGet("a")).toBe("");
    expect(() => bolt.cacheSet("a", { b: 1 })).toThrow(/did you mean \$bolt\.jsonEncode\(value\)\?$/);
  });

  it("keeps a text for its seconds, or for those of the program", async () => {
    const { bolt, clock } = await boltApp(() => undefined);
    bolt.cacheSetTTL("short", "1", 2);
    bolt.cacheSetTTL("always", "2", 0);
    bolt.setCacheTTL(60);
    bolt.cacheSet("minute", "3");
    clock.advance(1999);
    expect(bolt.cacheGet("short")).toBe("1");
    clock.advance(1);
    expect([bolt.cacheGet("short"), bolt.cacheGet("minute")]).toEqual(["", "3"]);
    clock.advance(58_000);
    expect([bolt.cacheGet("minute"), bolt.cacheGet("always")]).toEqual(["", "2"]);
    expect(() => bolt.setCacheTTL(0)).toThrow(/takes a whole number of 1 or more, got 0/);
  });

  it("drops the texts that were used longest ago above its capacity", async () => {
    const { bolt } = await boltApp(() => undefined);
    bolt.setCacheCapacity(2);
    bolt.cacheSet("a", "1");
    bolt.cacheSet("b", "2");
    bolt.cacheGet("a");
    bolt.cacheSet("c", "3");
    expect(["a", "b", "c"].map((key) => bolt.cacheGet(key))).toEqual(["1", "", "3"]);
  });

  it("drops them above 64 Mi characters, too", async () => {
    const { bolt } = await boltApp(() => undefined);
    const half = "x".repeat(32 * 1024 * 1024 - 1);
    for (const key of ["a", "b"]) bolt.cacheSet(key, half);
    bolt.cacheSet("b", half);
    expect(["a", "b"].map((key) => bolt.cacheGet(key) === half)).toEqual([true, true]);
    bolt.cacheSet("c", "");
    expect(["a", "b", "c"].map((key) => bolt.cacheGet(key).length)).toEqual([0, half.length, 0]);
    bolt.cacheDelete("b");
    bolt.cacheSet("a", half);
    bolt.cacheSet("b", half);
    expect(["a", "b"].map((key) => bolt.cacheGet(key) === half)).toEqual([true, true]);
  });
});
