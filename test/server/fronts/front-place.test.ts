import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { FrontPlace } from "../../../src/server/fronts/front-place.ts";

const none = async (): Promise<[]> => Promise.resolve([]);

const own = {
  ...{ status: "ok", uptimeSeconds: 9, sessions: 2, routes: 3 },
  failedRoutes: ["/ws/a"],
  messages: { offered: 5, delivered: 4 },
};

test("the health of several fronts has the worst status, and the sums of the counts", () => {
  const place = new FrontPlace(new PassThrough(), { isFirst: true, askOthers: none });
  expect(place.health(own)).toBe(own);
  const other = { ...own, status: "degraded", uptimeSeconds: 4, failedRoutes: ["/ws/a", "/ws/b"] };
  place.note({ number: 1, of: 2, serving: 2, restarts: 1, cuts: 0, others: [other, {}] });
  expect(place.health(own)).toEqual({
    ...{ status: "degraded", uptimeSeconds: 9, sessions: 4, routes: 3 },
    failedRoutes: ["/ws/a", "/ws/b"],
    messages: { offered: 10, delivered: 8 },
    fronts: { of: 2, serving: 2, restarts: 1, cuts: 0 },
  });
});

test("the health is degraded while a front is missing", () => {
  const place = new FrontPlace(new PassThrough(), { isFirst: false, askOthers: none });
  place.note({ number: 2, of: 3, serving: 2, restarts: 4, cuts: 1, others: [own] });
  expect(place.health(own)).toMatchObject({ status: "degraded", fronts: { of: 3, serving: 2 } });
});
