// Parameters of queries and forms that cost no more than their length, whatever a client sends.
import { describe, expect, it } from "vitest";
import { queryParameter, queryParameters } from "../../../src/dialects/diesel/common/handshake-fields.ts";
import { RunningApp, folderOf } from "../../support/running-app.ts";
import { cpuTime } from "../../support/cpu-time.ts";

describe("a query", () => {
  it.each([
    ["a=1&b=2&a=3", { a: "1", b: "2" }],
    ["a", { a: "" }],
    ["a=", { a: "" }],
    ["=x", { "": "x" }],
    ["", {}],
    ["&&a=1&", { a: "1" }],
    ["a+b=c+d", { "a b": "c d" }],
    ["a%20b=%C3%BC", { "a b": "ü" }],
    ["a=%&b=%zz&c=%ff&d=100%25", { a: "%", b: "%zz", c: "%ff", d: "100%" }],
    ["__proto__=1", { ["__proto__"]: "1" }],
    ["a=b=c", { a: "b=c" }],
  ])("%j is read whole as each of its parameters alone", (encoded, expected) => {
    const all = queryParameters(encoded);
    expect([...all]).toEqual(Object.entries(expected));
    for (const [name, value] of all) expect(queryParameter(encoded, name)).toBe(value);
  });

  it.each(["%&", "%ff&", "a=%ff&", "%25=%zz&", "&", "=&", "+&"])(
    "is read in time if it is 1 MiB of %j",
    async (piece) => {
      const encoded = piece.repeat(1_048_576 / piece.length);
      expect(await cpuTime(() => expect(queryParameters(encoded).size).toBe(0))).toBeLessThan(500);
    },
  );

  it("is read in time if it is one long name", async () => {
    const spent = await cpuTime(() => {
      expect(queryParameters(`${"%41".repeat(349_525)}=1`).get("A".repeat(349_525))).toBe("1");
      expect(queryParameters("%".repeat(1_048_576)).size).toBe(1);
    });
    expect(spent).toBeLessThan(500);
  });
});

it("a script that asks for 20 parameters of a hostile form does not hold up the others", async () => {
  const app = await RunningApp.serve(
    folderOf({
      "http/form.js": `export function handleRequest(context) {
        for (let at = 0; at < 20; at++) context.getParameter("p" + at);
        return Results.ok().text(String(context.getParameter("a")));
      }`,
      "http/hello.js": 'export const GET = () => new Response("hello");',
    }),
    { hangLimit: 1000 },
  );
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const post = (body: string) => app.text("/form", { method: "POST", body, headers });
  expect(await post("b=2&a=1")).toBe("1");
  const all = Array.from({ length: 5 }, () => post("%&".repeat(500_000)));
  expect(await app.text("/hello")).toBe("hello");
  expect(await Promise.all(all)).toEqual(Array(5).fill("null"));
});
