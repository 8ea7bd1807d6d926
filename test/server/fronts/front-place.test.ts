import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { FrontPlace, type PlacePorts } from "../../../src/server/fronts/front-place.ts";

function placeOf(isFirst: boolean, pass: PlacePorts["pass"] = () => undefined): FrontPlace {
  return new FrontPlace({
    channel: new PassThrough(),
    isFirst,
    notifies: isFirst,
    askOthers: async () => Promise.resolve([]),
    pass,
  });
}

const own = {
  ...{ status: "ok", uptimeSeconds: 9, sessions: 2, routes: 3 },
  failedRoutes: ["/ws/a"],
  messages: { offered: 5, delivered: 4 },
};

test("the health of several fronts has the worst status, and the sums of the counts", () => {
  const place = placeOf(true);
  expect(place.health(own)).toBe(own);
  const other = { ...own, status: "degraded", uptimeSeconds: 4, failedRoutes: ["/ws/a", "/ws/b"] };
  place.note({ number: 1, of: 2, serving: 2, restarts: 1, cuts: 0, others: [other, {}], boots: [] });
  expect(place.health(own)).toEqual({
    ...{ status: "degraded", uptimeSeconds: 9, sessions: 4, routes: 3 },
    failedRoutes: ["/ws/a", "/ws/b"],
    messages: { offered: 10, delivered: 8 },
    fronts: { of: 2, serving: 2, restarts: 1, cuts: 0 },
  });
});

test("the health is degraded while a front is missing", () => {
  const place = placeOf(false);
  place.note({ number: 2, of: 3, serving: 2, restarts: 4, cuts: 1, others: [own], boots: [] });
  expect(place.health(own)).toMatchObject({ status: "degraded", fronts: { of: 3, serving: 2 } });
});

test("connections are passed to known fronts, up to a bound of those that have not left, and closed here", () => {
  const left: (() => void)[] = [];
  const place = placeOf(true, (_boot, _connection, onLeft) => void left.push(onLeft));
  let closed = 0;
  const handle = { readStop: () => undefined, close: () => (closed += 1) };
  place.note({ number: 1, of: 2, serving: 2, restarts: 0, cuts: 0, others: [own], boots: ["other"] });
  expect([place.has("other"), place.has(place.boot), place.has("gone")]).toEqual([true, false, false]);
  while (place.mayPass()) place.pass("other", { handle, bytes: Buffer.alloc(0) });
  expect([left.length, closed]).toEqual([1000, 0]);
  left[0]?.();
  expect([place.mayPass(), closed]).toEqual([true, 1]);
  // Before the port is made, a connection that comes is closed.
  place.bringIn({ handle, bytes: Buffer.alloc(0) });
  expect(closed).toBe(2);
});
