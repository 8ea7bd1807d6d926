import { expect, test } from "vitest";
import { Room } from "../../../src/front/directory/session.ts";
import { RouteTraffic } from "../../../src/front/flow/route-traffic.ts";
import { miscounts } from "../../../src/front/outbox/miscounts.ts";
import { queueOf } from "../../../src/front/outbox/session-queue.ts";
import { anySession } from "../../support/any-session.ts";

function directory() {
  const route = new Room("/ws/chat", new RouteTraffic());
  const room = new Room("tea");
  const session = anySession(route, 1);
  route.members.add(session);
  return { route, room, session, routes: new Map([[route.name, route]]), rooms: new Map([["tea", room]]) };
}

test("counts that add up are not reported", () => {
  const { session, room, ...all } = directory();
  session.inbound.offer(10);
  queueOf(session).flow.offer(2);
  all.route.traffic?.outbound.offer(2);
  room.flow.offer(2);
  room.flow.drop(1, "slow");
  expect(miscounts(all)).toEqual([]);
});

test("a session, a room and a route whose counts do not add up are reported", () => {
  const { session, room, ...all } = directory();
  session.inbound.flow.offered += 1;
  queueOf(session).flow.offer(2);
  room.flow.delivered += 1;
  expect(miscounts(all)).toEqual([
    expect.stringMatching(/^session .*, inbound: 1 offered, 0 delivered, 0 queued of 0, 0 dropped$/),
    "/ws/chat, outbound: 0 offered, 0 delivered, 0 queued of 2, 0 dropped",
    "room tea: 0 offered, 1 delivered, 0 queued of 0, 0 dropped",
  ]);
});
