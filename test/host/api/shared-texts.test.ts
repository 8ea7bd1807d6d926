import { expect, test } from "vitest";
import type { Handshake } from "../../../src/boundary/events.ts";
import { SharedTexts } from "../../../src/host/api/shared-texts.ts";

function handshake(id: string, changes: Partial<Handshake> = {}): Handshake {
  const fixed = { query: "", headers: "", address: "", params: null };
  return { id, script: "ws /r/:id", route: "/r/:id", path: "/r/1", ...fixed, ...changes };
}

test("a handshake stays as it is, whatever the handshakes before it had", () => {
  const texts = new SharedTexts();
  const all = [
    handshake("a"),
    handshake("b", { path: "/r/2", protocol: "parlor.v1" }),
    handshake("c", { path: "/r/2" }),
    handshake("d", { protocol: "parlor.v1" }),
    handshake("e", { script: "ws /other", route: "/other", path: "/other" }),
    handshake("f", { protocol: "parlor.v1" }),
    handshake("g"),
  ];
  const before = structuredClone(all);
  for (const each of all) texts.share(each);
  expect(all).toStrictEqual(before);
});

test("handshakes of one script share their texts", () => {
  const texts = new SharedTexts();
  const [first, second] = [handshake("a", { protocol: "chat" }), handshake("b", { protocol: "chat" })];
  texts.share(first);
  const written = new Map<PropertyKey, unknown>();
  texts.share(new Proxy(second, { set: (_, name, value) => Boolean(written.set(name, value)) }));
  expect(Object.fromEntries(written)).toEqual({
    script: "ws /r/:id",
    route: "/r/:id",
    path: "/r/1",
    protocol: "chat",
  });
});
