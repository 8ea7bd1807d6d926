import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freeName, tidy, tidyName } from "../../examples/chat/lib/names.ts";
import { serve } from "../../src/server/serve.ts";
import { Client } from "../support/client.ts";

describe("examples/chat without a browser", () => {
  let server: Awaited<ReturnType<typeof serve>>;
  const connect = (query: string) => new Client(`ws://127.0.0.1:${server.port}/ws/chat${query}`);

  beforeAll(async () => {
    server = await serve({ dir: "examples/chat", host: "127.0.0.1", port: 0 });
  });
  afterAll(() => server?.close());

  it.each(["", "?user=", "?user=%20%09%00", "?user=%E2%80%8B"])(
    "turns away a visitor without a name: %s",
    async (query) => {
      const visitor = connect(query);
      expect(await visitor.closed).toEqual({ code: 4001, reason: "Connect with a name: /ws/chat?user=Ada" });
    },
  );

  it.each([
    "hello",
    "null",
    "7",
    '{"type":"shout"}',
    '{"type":"say","text":7}',
    '{"type":"say","text":"  "}',
  ])("refuses %s and keeps the visitor", async (sent) => {
    const ada = connect("?user=Ada");
    expect(await ada.nextJson()).toMatchObject({ type: "welcome", you: { name: "Ada" } });
    ada.send(sent);
    expect(await ada.nextJson()).toMatchObject({ type: "refused" });
    ada.send('{"type":"say","text":"still here"}');
    expect(await ada.nextJson()).toMatchObject({
      type: "message",
      text: "still here",
      from: { name: "Ada" },
    });
    ada.close();
    await ada.closed;
  });
});

describe("tidy, tidyName and freeName", () => {
  it("remove invisible characters", () => {
    expect(tidyName("  A\u0000d\u200ba \n Lovelace ")).toBe("Ada Lovelace");
    expect(tidy(" a\nb\u202e ", 10)).toBe("a\nb");
  });

  it("cut between characters, not within one", () => {
    expect(tidy("🙂🙂🙂", 2)).toBe("🙂🙂");
    expect([...tidyName("x".repeat(100))]).toHaveLength(24);
  });

  it("add the first free number, ignoring case", () => {
    expect(freeName("Ada", [])).toBe("Ada");
    expect(freeName("ada", ["Ada", "ADA 2"])).toBe("ada 3");
  });
});
