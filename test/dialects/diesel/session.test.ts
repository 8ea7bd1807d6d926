import { describe, expect, test } from "vitest";
import { readAttributes } from "../../support/read-attributes.ts";
import { methodsOf } from "../../support/methods-of.ts";
import type { Client } from "./client.ts";
import { Front, type Published } from "./stage.ts";

async function talk(url = "/ws/chat", more: { headers?: string; params?: Record<string, string> } = {}) {
  const front = new Front();
  const seen: Published[] = [];
  const host = front.host({
    onOpen: (session: Published) => void seen.push(session),
    onMessage: (session: Published) => void seen.push(session),
    onClose: (session: Published) => void seen.push(session),
  });
  const client: Client = await host.connect(url, more);
  return { front, host, client, session: seen[0], seen };
}

describe("WebSocketSession", () => {
  test("has the published calls, path parameters, the subprotocol, and nothing else", async () => {
    const { session } = await talk();
    expect(methodsOf(session)).toEqual(
      [
        "id protocol send emit request bufferedBytes close isOpen getParameter getPathParameter getHeader getRequestPath getRemoteAddr",
        "setAttribute getAttribute getAttributes room",
      ]
        .join(" ")
        .split(" ")
        .sort(),
    );
  });

  test("is one object in every handler, with a read-only id", async () => {
    const { client, session, seen } = await talk();
    await client.say("hi");
    await client.leave();
    expect(seen).toEqual([session, session, session]);
    expect(seen[2]).toBe(seen[0]);
    expect(session.id).toBe(client.id);
    expect(() => {
      session.id = "other";
    }).toThrow(TypeError);
  });

  test("send takes text and bytes, in order, copied", async () => {
    const { front, client, session } = await talk();
    const bytes = new Uint8Array([1, 2, 3]);
    session.send("");
    session.send(bytes);
    session.send(bytes.buffer);
    bytes[0] = 9;
    front.settle();
    expect(client.read()).toEqual(["", new Uint8Array([1, 2, 3]), new Uint8Array([1, 2, 3])]);
  });

  test.each([
    [{ a: 1 }, /session\.send .* got an object.*JSON\.stringify/],
    [undefined, /session\.send .* got undefined/],
    [5, /session\.send .* got a number.*String\(value\)/],
  ])("send(%j) is a TypeError that names the call", async (value, text) => {
    const { session } = await talk();
    expect(() => session.send(value)).toThrow(TypeError);
    expect(() => session.send(value)).toThrow(text);
  });

  test("send after close is silent, from either side and after the end", async () => {
    const { front, host, client, session } = await talk();
    session.send("bye");
    session.close();
    front.settle();
    session.send("lost");
    expect(host.log.take()).toEqual([]);
    front.settle();
    expect(client.read()).toEqual(["bye"]);
    expect(client.ended).toEqual({ code: 1000, reason: "" });
    await client.leave();
    expect(session.send("ghost")).toBeUndefined();
    front.settle();
    expect(client.read()).toEqual([]);
  });

  test("close takes a code and a reason, and only the first close counts", async () => {
    const { front, client, session } = await talk();
    expect(session.close(4001, "é".repeat(61))).toBeUndefined();
    session.close(4002);
    front.settle();
    expect(client.ended).toEqual({ code: 4001, reason: "é".repeat(61) });
    expect(session.isOpen()).toBe(false);
  });

  test.each([
    [[999], RangeError, /1000 or 3000 to 4999.*999.*4000/],
    [[1005], RangeError, /1005/],
    [[2999], RangeError, /2999/],
    [[5000], RangeError, /5000/],
    [[3000.5], RangeError, /3000\.5/],
    [["1000"], TypeError, /session\.close takes a number as code, got a string/],
    [[1000, 5], TypeError, /session\.close takes a string as reason, got a number/],
    [[1000, "é".repeat(62)], RangeError, /at most 123 bytes, got 124/],
  ])("close(%j) is refused and closes nothing", async (args, kind, text) => {
    const { front, client, session } = await talk();
    expect(() => session.close(...args)).toThrow(kind);
    expect(() => session.close(...args)).toThrow(text);
    front.settle();
    expect(client.ended).toBeNull();
    expect(session.isOpen()).toBe(true);
  });

  test("send refuses a promise, and names the await that is missing", async () => {
    const { session } = await talk();
    expect(() => session.send(Promise.resolve("hi"))).toThrow(
      "session.send takes a string or bytes, got a Promise; did you forget await?",
    );
  });

  test("isOpen is false in onClose and after", async () => {
    const front = new Front();
    const seen: boolean[] = [];
    const host = front.host({
      onOpen: (session: Published) => void seen.push(session.isOpen()),
      onClose: (session: Published) => void seen.push(session.isOpen()),
    });
    const client = await host.connect();
    await client.leave();
    expect(seen).toEqual([true, false]);
  });

  test("getParameter decodes, takes the first, and distinguishes empty from missing", async () => {
    const url =
      "/ws/chat?room=general&user=al%C3%ADce+b&user=bob&empty=&bare&bad=100%&a%26b=c%3Dd&__proto__=p&x=1=2";
    const { session } = await talk(url);
    const get = (name: string) => session.getParameter(name);
    expect(["room", "user", "empty", "bare", "bad", "a&b", "__proto__", "x"].map(get)).toEqual([
      "general",
      "alíce b",
      "",
      "",
      "100%",
      "c=d",
      "p",
      "1=2",
    ]);
    expect(["nobody", "Room", "", "constructor", "toString"].map(get)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(() => session.getParameter(1)).toThrow(
      "session.getParameter takes a string as name, got a number",
    );
  });

  test("getParameter without a query is null", async () => {
    const { session } = await talk("/ws/chat");
    expect(session.getParameter("")).toBeNull();
    expect(session.getParameter("user")).toBeNull();
  });

  test("getHeader does not mind case", async () => {
    const { session } = await talk("/ws/chat", {
      headers: "authorization: Bearer a:b\nx-a: 1\nx-a: 2\nx-empty: ",
    });
    expect(session.getHeader("Authorization")).toBe("Bearer a:b");
    expect(session.getHeader("X-A")).toBe("1, 2");
    expect(session.getHeader("x-empty")).toBe("");
    expect(["cookie", "", "__proto__", "constructor"].map((name) => session.getHeader(name))).toEqual(
      Array(4).fill(null),
    );
    expect(() => session.getHeader(null)).toThrow("session.getHeader takes a string as name, got null");
  });

  test("getPathParameter knows the route's own parameters only", async () => {
    const { session } = await talk("/ws/rooms/7", { params: { id: "7" } });
    expect(session.getPathParameter("id")).toBe("7");
    expect(session.getPathParameter("constructor")).toBeNull();
    const plain = await talk();
    expect(plain.session.getPathParameter("id")).toBeNull();
  });

  test("a session has its path and its address", async () => {
    const { session } = await talk("/ws/chat?user=a");
    expect(session.getRequestPath()).toBe("/ws/chat");
    expect(session.getRemoteAddr()).toBe("192.0.2.7");
  });
});

describe("attributes", () => {
  test("are live in the script and cloned on the front", async () => {
    const { front, client, session } = await talk();
    const cart = { items: [1] };
    expect(session.setAttribute("cart", cart)).toBeUndefined();
    cart.items.push(2);
    front.settle();
    expect(session.getAttribute("cart")).toBe(cart);
    expect(readAttributes(client.place).get("cart")).toEqual({ items: [1] });
  });

  test("missing is null; null and undefined remove", async () => {
    const { front, client, session } = await talk();
    expect(session.getAttribute("x")).toBeNull();
    for (const nothing of [null, undefined]) {
      session.setAttribute("x", 0);
      expect(session.getAttribute("x")).toBe(0);
      session.setAttribute("x", nothing);
      expect(session.getAttribute("x")).toBeNull();
      expect(session.getAttributes()).toEqual({});
    }
    front.settle();
    expect(client.place.attributes?.values.has("x")).toBe(false);
  });

  test("strange keys are plain, in a copy that is a plain object", async () => {
    const { session } = await talk();
    for (const key of ["__proto__", "constructor", "", "toString"]) session.setAttribute(key, `<${key}>`);
    const copy = session.getAttributes();
    expect(Object.keys(copy)).toEqual(["__proto__", "constructor", "", "toString"]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(JSON.stringify(copy)).toContain('"__proto__":"<__proto__>"');
    copy.more = 1;
    expect(session.getAttribute("more")).toBeNull();
    expect(session.getAttribute("__proto__")).toBe("<__proto__>");
  });

  test("keys must be strings", async () => {
    const { session } = await talk();
    expect(() => session.setAttribute(1, 1)).toThrow(
      "session.setAttribute takes a string as key, got a number",
    );
    expect(() => session.getAttribute(undefined)).toThrow(
      "session.getAttribute takes a string as key, got undefined",
    );
  });

  test("values that cannot be cloned stay in the host, with one warning per key", async () => {
    const { front, host, client, session } = await talk();
    session.setAttribute("send", "text");
    front.settle();
    const handler = () => 1;
    for (let turn = 0; turn < 3; turn += 1) session.setAttribute("send", handler);
    session.setAttribute("other", { handler });
    session.setAttribute("sign", Symbol("x"));
    front.settle();
    expect(session.getAttribute("send")).toBe(handler);
    expect(client.place.attributes?.values.has("send")).toBe(false);
    expect(host.warnings).toHaveLength(3);
    expect(host.warnings[0]).toContain('"send"');
    expect(host.faults).toEqual([]);
  });

  test("two sessions do not share any", async () => {
    const front = new Front();
    const sessions: Published[] = [];
    const host = front.host({ onOpen: (session: Published) => void sessions.push(session) });
    await host.connect();
    await host.connect();
    sessions[0].setAttribute("name", "a");
    expect(sessions[1].getAttribute("name")).toBeNull();
  });
});
