import { expect, test } from "vitest";
import type { RouteClaim } from "../../../src/boundary/questions.ts";
import { RouteClaims } from "../../../src/front/ingress/route-claims.ts";

function claim(pattern: string, kind: RouteClaim["kind"] = "ws"): RouteClaim {
  return { kind, pattern, awaitsDecision: false, wantsPings: false, limits: {} };
}

/** Claims, and the lines that were logged of them. */
function startClaims(): { claims: RouteClaims; lines: string[]; whose: (path: string) => string | null } {
  const lines: string[] = [];
  const claims = new RouteClaims(({ text }) => lines.push(text));
  return { claims, lines, whose: (path) => claims.match("ws", path)?.data.script ?? null };
}

test("a path leads to the program that claimed it, with its parameters", () => {
  const { claims } = startClaims();
  claims.claim("bolt/a.ts", [claim("/chat/:room"), claim("/files/**:rest", "http")], 4);
  expect(claims.match("ws", "/chat/red")).toMatchObject({
    data: { script: "bolt/a.ts", slot: 4 },
    params: { room: "red" },
  });
  expect(claims.match("http", "/files/a/b")?.params).toEqual({ rest: "a/b" });
  expect(claims.match("http", "/chat/red")).toBeNull();
  expect(claims.match("ws", "/chat")).toBeNull();
});

test("claims replace the earlier claims of their program", () => {
  const { claims, whose } = startClaims();
  claims.claim("bolt/a.ts", [claim("/one")], 4);
  claims.claim("bolt/a.ts", [claim("/two")], 4);
  expect([whose("/one"), whose("/two")]).toEqual([null, "bolt/a.ts"]);
});

test("a path taken twice stays with the first, and one line names both", () => {
  const { claims, lines, whose } = startClaims();
  claims.claim("bolt/a.ts", [claim("/chat/:room")], 1);
  claims.claim("bolt/b.ts", [claim("/chat/:name"), claim("/own")], 2);
  claims.claim("bolt/b.ts", [claim("/chat/:name"), claim("/own")], 2);
  expect(whose("/chat/x")).toBe("bolt/a.ts");
  expect(whose("/own")).toBe("bolt/b.ts");
  expect(lines).toEqual([
    "bolt/b.ts: bolt/a.ts has the path /chat/:name already (ws), so it stays with bolt/a.ts; rename one of the two",
  ]);
});

test("the second program gets the path when the first releases it, and is warned again when it is taken again", () => {
  const { claims, lines, whose } = startClaims();
  claims.claim("bolt/a.ts", [claim("/chat")], 1);
  claims.claim("bolt/b.ts", [claim("/chat")], 2);
  claims.claim("bolt/a.ts", [], 1);
  expect(whose("/chat")).toBe("bolt/b.ts");
  claims.claim("bolt/a.ts", [claim("/chat")], 1);
  expect(whose("/chat")).toBe("bolt/a.ts");
  expect(lines).toHaveLength(2);
});

test("a program that claims one path twice is not warned of a conflict with itself", () => {
  const { claims, lines } = startClaims();
  claims.claim("bolt/a.ts", [claim("/chat"), claim("/chat")], 1);
  expect(lines).toEqual([]);
});

test("files go before claims, also when they come later", () => {
  const { claims, lines, whose } = startClaims();
  claims.claim("bolt/a.ts", [claim("/ws/chat"), claim("/other")], 1);
  claims.setFiles({ ws: new Map([["/ws/chat", "ws/chat.ts"]]), http: new Map() });
  expect([whose("/ws/chat"), whose("/other")]).toEqual([null, "bolt/a.ts"]);
  expect(lines).toEqual([
    "bolt/a.ts: ws/chat.ts has the path /ws/chat already (ws), so it stays with ws/chat.ts; rename one of the two",
  ]);
  claims.setFiles({ ws: new Map(), http: new Map() });
  expect(whose("/ws/chat")).toBe("bolt/a.ts");
});

test("the claims of an incarnation are kept for the next one, until they are withdrawn", () => {
  const { claims, whose } = startClaims();
  claims.claim("bolt/a.ts", [claim("/a")], 1);
  claims.claim("bolt/b.ts", [claim("/b")], 2);
  claims.leases.expire(1);
  claims.leases.expire(2);
  expect(whose("/a")).toBe("bolt/a.ts");
  claims.claim("bolt/b.ts", [claim("/b")], 2);
  claims.leases.removeExpired(1);
  claims.leases.removeExpired(2);
  expect([whose("/a"), whose("/b")]).toEqual([null, "bolt/b.ts"]);
});

test("a host that is gone for good holds nothing", () => {
  const { claims, whose } = startClaims();
  claims.claim("bolt/a.ts", [claim("/a")], 1);
  claims.leases.removeSlot(1);
  expect(whose("/a")).toBeNull();
  expect(claims.socketPatterns("bolt/a.ts")).toEqual([]);
});

test("a path that no router accepts is reported once, and other claims stay", () => {
  const { claims, lines, whose } = startClaims();
  claims.claim("bolt/a.ts", [claim("/chat/:1st"), claim("/own")], 1);
  claims.claim("bolt/b.ts", [claim("/other")], 2);
  expect([whose("/chat/x"), whose("/own"), whose("/other")]).toEqual([null, "bolt/a.ts", "bolt/b.ts"]);
  expect(lines).toEqual([expect.stringContaining("bolt/a.ts: /chat/:1st is not a path")]);
});
