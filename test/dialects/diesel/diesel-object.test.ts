import { describe, expect, test } from "vitest";
import { Front, type Published } from "./stage.ts";

async function dieselOf(): Promise<Published> {
  let diesel: Published;
  await new Front().host((names) => ((diesel = names["diesel"]), {})).connect();
  return diesel;
}

describe("diesel", () => {
  test("makes version 4 UUIDs, a new one each time", async () => {
    const diesel = await dieselOf();
    const ids = [diesel.randomUUID(), diesel.randomUUID()];
    for (const id of ids)
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test.each(["", "hi", "héllo ✓ 🙂", "\ufeffmark", "\0", "a".repeat(100_000), "é".repeat(20_001)])(
    "base64 of %# and back",
    async (text) => {
      const diesel = await dieselOf();
      const base64 = diesel.stringToBase64(text);
      expect(base64).toBe(Buffer.from(text, "utf8").toString("base64"));
      expect(diesel.base64ToString(base64)).toBe(text);
    },
  );

  test("reports a text that is not base64", async () => {
    const diesel = await dieselOf();
    expect(() => diesel.base64ToString("a*b")).toThrow('diesel.base64ToString takes base64, got "a*b"');
    expect(() => diesel.base64ToString("*".repeat(1000))).toThrow(/got "\*{40}\.\.\."$/);
    expect(() => diesel.base64ToString(5)).toThrow(
      "diesel.base64ToString takes a string as base64, got a number",
    );
    expect(() => diesel.stringToBase64({})).toThrow(
      "diesel.stringToBase64 takes a string as text, got an object",
    );
  });

  test("the calls of the object may be used without it", async () => {
    const { getWebSocketService, randomUUID, stringToBase64, base64ToString } = await dieselOf();
    expect(getWebSocketService()).toBe(getWebSocketService());
    expect(getWebSocketService().getActiveSessionCount()).toBe(1);
    expect(randomUUID()).toHaveLength(36);
    expect(base64ToString(stringToBase64("x"))).toBe("x");
  });
});
