import { expect, test } from "vitest";
import type { RouteClaim } from "../../../src/boundary/questions.ts";
import { RouteClaims } from "../../../src/front/ingress/route-claims.ts";

function claim(pattern: string, kind: RouteClaim["kind"] = "ws"): RouteClaim {
  return { kind, pattern, awaitsDecision: false, wantsPings: false, limits: {} };
}

/** Claims, and the lines that were logged of them. */
function startClaims(): { claims: RouteClaims; lines: string[]; whose: (path: string) => string | null } {
  const lines: string[] = [];
  const claims = new RouteClaims(
    ({ text }) => lines.push(text),
    (script) => `${script.replace(/^\w+ \/?/, "")}.ts`,
  );
  return { claims, lines, whose: (path) => claims.match("ws", path)?.data.script ?? null };
}

test("a path leads to the program that claimed it, with its parameters", () => {
  const { claims } = startClaims();
  claims.claim("program bolt/a", [claim("/chat/:room"), claim("/files/**:rest", "http")], 4);
  expect(claims.match("ws", "/chat/red")).toMatchObject({
    data: { script: "program bolt/a", slot: 4 },
    params: { room: "red" },
  });
  expect(claims.match("http", "/files/a/b")?.params).toEqual({ rest: "a/b" });
  expect(claims.match("http", "/chat/red")).toBeNull();
  expect(claims.match("ws", "/chat")).toBeNull();
});

test("claims replace the earlier claims of their program", () => {
  const { claims, whose } = startClaims();
  claims.claim("program bolt/a", [claim("/one")], 4);
  claims.claim("program bolt/a", [claim("/two")], 4);
  expect([whose("/one"), whose("/two")]).toEqual([null, "program bolt/a"]);
});

test("a path taken twice stays with the first, and one line names both", () => {
  const { claims, lines, whose } = startClaims();
  claims.claim("program bolt/a", [claim("/chat/:room")], 1);
  claims.claim("program bolt/b", [claim("/chat/:name"), claim("/own")], 2);
  claims.claim("program bolt/b", [claim("/chat/:name"), claim("/own")], 2);
  expect(whose("/chat/x")).toBe("program bolt/a");
  expect(whose("/own")).toBe("program bolt/b");
  expect(lines).toEqual([
    "bolt/b.ts: bolt/a.ts has the path /chat/:name already (ws), so it stays with bolt/a.ts; rename one of the two",
  ]);
});

test("the second program gets the path when the first releases it, and is warned again when it is taken again", () => {
  const { claims, lines, whose } = startClaims();
  claims.claim("program bolt/a", [claim("/chat")], 1);
  claims.claim("program bolt/b", [claim("/chat")], 2);
  claims.claim("program bolt/a", [], 1);
  expect(whose("/chat")).toBe("program bolt/b");
  claims.claim("program bolt/a", [claim("/chat")], 1);
  expect(whose("/chat")).toBe("program bolt/a");
  expect(lines).toHaveLength(2);
});

test("a program that claims one path twice is not warned of a conflict with itself", () => {
  const { claims, lines } = startClaims();
  claims.claim("program bolt/a", [claim("/chat"), claim("/chat")], 1);
  expect(lines).toEqual([]);
});

test("files go before claims, also when they come later", () => {
  const { claims, lines, whose } = startClaims();
  claims.claim("program bolt/a", [claim("/ws/chat"), claim("/other")], 1);
  claims.setFiles({ ws: new Map([["/ws/chat", "ws /ws/chat"]]), http: new Map() });
  expect([whose("/ws/chat"), whose("/other")]).toEqual([null, "program bolt/a"]);
  expect(lines).toEqual([
    "bolt/a.ts: ws/chat.ts has the path /ws/chat already (ws), so it stays with ws/chat.ts; rename one of the two",
  ]);
  claims.setFiles({ ws: new Map(), http: new Map() });
  expect(whose("/ws/chat")).toBe("program bolt/a");
});

test("the claims of an incarnation are kept for the next one, until they are withdrawn", () => {
  const { claims, whose } = startClaims();
  claims.claim("program bolt/a", [claim("/a")], 1);
  claims.claim("program bolt/b", [claim("/b")], 2);
  claims.leases.expire(1);
  claims.leases.expire(2);
  expect(whose("/a")).toBe("program bolt/a");
  claims.claim("program bolt/b", [claim("/b")], 2);
  claims.leases.removeExpired(1);
  claims.leases.removeExpired(2);
  expect([whose("/a"), whose("/b")]).toEqual([null, "program bolt/b"]);
});

test("a host that is gone for good holds nothing", () => {
  const { claims, whose } = startClaims();
  claims.claim("program bolt/a", [claim("/a")], 1);
  claims.leases.removeSlot(1);
  expect(whose("/a")).toBeNull();
  expect(claims.socketPatterns("program bolt/a")).toEqual([]);
});

test("a path that no router accepts is reported once, and other claims stay", () => {
  const { claims, lines, whose } = startClaims();
  claims.claim("program bolt/a", [claim("/chat/:1st"), claim("/own")], 1);
  claims.claim("program bolt/b", [claim("/other")], 2);
  expect([whose("/chat/x"), whose("/own"), whose("/other")]).toEqual([
    null,
    "program bolt/a",
    "program bolt/b",
  ]);
  expect(lines).toEqual([expect.stringContaining("bolt/a.ts: /chat/:1st is not a path")]);
});
