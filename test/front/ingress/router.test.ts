import { describe, expect, test } from "vitest";
import { patternProblem, Router } from "../../../src/front/ingress/router.ts";

function routerOf(...patterns: string[]): Router<string> {
  const router = new Router<string>();
  for (const pattern of patterns) router.add(pattern, pattern);
  return router;
}

describe("a route", () => {
  test.each(["/ws/café", "/ws/комната", "/ws/😀", "/ws/it^is", "/ws/a&b"])(
    "%s is found by its name",
    (name) => {
      expect(routerOf(name).match(name)).toEqual({ data: name, params: null });
      expect(routerOf("/ws/other").match(name)).toBeNull();
    },
  );

  test.each(["é", "100%", "%41", "%C3%A9", "a b", "{x}", "😀"])("has the parameter %s as it was", (value) => {
    const path = value.replaceAll("%", "%25");
    expect(routerOf("/ws/rooms/:id").match(`/ws/rooms/${path}`)?.params).toEqual({ id: value });
    expect(routerOf("/ws/é/**:rest").match(`/ws/é/a/${path}`)?.params).toEqual({ rest: `a/${value}` });
  });

  test.each([
    ["r%2Ftea", "r/tea"],
    ["https:%2F%2Ftea.example%2Fa b", "https://tea.example/a b"],
    ["%252F", "%2F"],
    ["%2F", "/"],
    ["☕%2F☕", "☕/☕"],
  ])("has the parameter of %s decoded, slashes included", (path, value) => {
    expect(routerOf("/ws/rooms/:id").match(`/ws/rooms/${path}`)?.params).toEqual({ id: value });
    expect(routerOf("/ws/rooms/:id/x").match(`/ws/rooms/${path}/x`)?.params).toEqual({ id: value });
    expect(routerOf("/ws/rooms/r/tea").match(`/ws/rooms/${path}`)).toBeNull();
  });

  test("is matched with empty segments only by a parameter of several segments", () => {
    const router = routerOf("/ws/rooms/:id", "/ws/:a/x", "/files/**:rest", "/ws/chat");
    for (const path of ["/ws//chat", "/ws/rooms//x", "/ws/rooms//", "/ws//x", "/ws/chat//"])
      expect(router.match(path), path).toBeNull();
    expect(router.match("/files/https://tea.example/a")?.params).toEqual({ rest: "https://tea.example/a" });
    expect(router.match("/files/a//b//c")?.params).toEqual({ rest: "a//b//c" });
  });

  test("is looked up by any text", () => {
    expect(routerOf("/ws/:id").match("/ws/100%")?.params).toEqual({ id: "100%" });
  });
});

test.each(["/ws/:1st", "/ws/:$x", "/ws/:a/:a", "/ws/{x", "/ws/(x", "/ws/\uFFFD"])(
  "%s is not a pattern",
  (pattern) => {
    expect(patternProblem(pattern)).toMatch(/^[^:]/);
    expect(patternProblem(pattern)).not.toContain("rou3");
  },
);
