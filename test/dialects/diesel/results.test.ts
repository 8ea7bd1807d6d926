import { describe, expect, test } from "vitest";
import { Front, type Published, type WebAnswer } from "./stage.ts";

/** Answers a request with what `make` builds of `Results`. */
async function answer(make: (Results: Published) => unknown): Promise<WebAnswer & { fault: string }> {
  const host = new Front().host((names) => ({ handleRequest: () => make(names["Results"]) }), {
    kind: "http",
    exports: ["handleRequest"],
  });
  const given = await host.request("GET", "/");
  return Object.assign(given, { fault: host.faults.map(({ error }) => String(error)).join() });
}

describe("Results", () => {
  test.each([
    ["ok", 200, []],
    ["json", 200, ["application/json"]],
    ["html", 200, ["text/html; charset=utf-8"]],
    ["text", 200, ["text/plain; charset=utf-8"]],
    ["xml", 200, ["application/xml; charset=utf-8"]],
    ["noContent", 204, []],
    ["badRequest", 400, []],
    ["unauthorized", 401, []],
    ["forbidden", 403, []],
    ["notFound", 404, []],
    ["internalServerError", 500, []],
    ["TODO", 501, ["application/json"]],
  ])("%s() answers %i", async (name, status, type) => {
    const given = await answer((Results) => Results[name]());
    expect([given.status, given.headersOf("content-type"), given.parts, given.ends]).toEqual([
      status,
      type,
      [],
      1,
    ]);
    expect(given.fault).toBe("");
  });

  test.each([
    ["created", 201],
    ["redirect", 303],
    ["redirectTemporary", 307],
  ])("%s(url) answers %i with the address, which cannot break the head", async (name, status) => {
    const given = await answer((Results) => Results[name]("/a?b=é 1%20\r\nx: y"));
    expect([given.status, given.headersOf("location")]).toEqual([status, ["/a?b=%C3%A9%201%20%0D%0Ax:%20y"]]);
    const wrong = await answer((Results) => Results[name]());
    expect([wrong.status, wrong.fault]).toEqual([
      500,
      expect.stringContaining(`Results.${name} takes a string as url`),
    ]);
  });

  test("status and contentType begin an answer as well", async () => {
    expect((await answer((Results) => Results.status(418))).status).toBe(418);
    const typed = await answer((Results) => Results.contentType("text/csv").renderRaw("a,b"));
    expect([typed.status, typed.headersOf("content-type"), typed.text]).toEqual([200, ["text/csv"], "a,b"]);
  });

  test("a chain sets status, type, headers and body", async () => {
    const given = await answer((Results) =>
      Results.ok().status(202).json().addHeader("X-A", "1").addHeader("x-a", 2).renderRaw('{"a":1}'),
    );
    expect([given.status, given.headersOf("content-type"), given.headersOf("x-a"), given.text]).toEqual([
      202,
      ["application/json"],
      ["1", "2"],
      '{"a":1}',
    ]);
  });

  test("a body may be given with its type; the last type counts", async () => {
    expect((await answer((Results) => Results.json({ a: [1] }))).text).toBe('{"a":[1]}');
    expect((await answer((Results) => Results.badRequest().json(null))).text).toBe("null");
    const html = await answer((Results) => Results.ok().text("x").html("<p>").contentType("text/x"));
    expect([html.text, html.headersOf("content-type")]).toEqual(["<p>", ["text/x"]]);
    const raw = await answer((Results) => Results.xml().renderRaw(new Uint8Array([1, 2])));
    expect(raw.parts).toEqual([new Uint8Array([1, 2])]);
  });

  test.each([
    ["a status of 99", (R: Published) => R.status(99), /Results\.status takes 200 to 599, got 99/],
    ["a status in text", (R: Published) => R.status("200"), /got a string/],
    ["a raw object", (R: Published) => R.ok().renderRaw({}), /Results\.renderRaw takes .*JSON\.stringify/],
    ["a text that is an object", (R: Published) => R.text({}), /Results\.text takes/],
    [
      "json of undefined",
      (R: Published) => R.json(undefined),
      /Results\.json takes what JSON can hold, got undefined/,
    ],
    [
      "a header's line break",
      (R: Published) => R.ok().addHeader("x-a", "1\r\nset-cookie: a=1"),
      /line breaks/,
    ],
    ["a header's name", (R: Published) => R.ok().addHeader("x a", "1"), /takes a header's name/],
    ["a type's line break", (R: Published) => R.contentType("a\nb"), /Results\.contentType/],
  ])("%s is refused", async (_what, make, text) => {
    const given = await answer(make);
    expect(given.status).toBe(500);
    expect(given.fault).toMatch(text);
  });
});
