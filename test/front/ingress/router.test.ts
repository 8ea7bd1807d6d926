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
    expect(routerOf("/ws/rooms/:id").match(`/ws/rooms/${value}`)?.params).toEqual({ id: value });
    expect(routerOf("/ws/é/**:rest").match(`/ws/é/a/${value}`)?.params).toEqual({ rest: `a/${value}` });
  });
});

test.each(["/ws/:1st", "/ws/:$x", "/ws/:a/:a", "/ws/{x", "/ws/(x", "/ws/\uFFFD"])(
  "%s is not a pattern",
  (pattern) => {
    expect(patternProblem(pattern)).toMatch(/^[^:]/);
    expect(patternProblem(pattern)).not.toContain("rou3");
  },
);
