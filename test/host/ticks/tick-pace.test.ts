import { describe, expect, test } from "vitest";
import { PROCESS, THREAD } from "../../suites/places.ts";
import { Stage } from "../../suites/stage.ts";

const STALL = 600;
/** Of 100 ticks per second those of 50 ms, and one that is under way. */
const MOST = 6;

describe.each([THREAD, PROCESS])("ticks of a $name", (place) => {
  test("do not pile up while the front stands still, and go on when it does", async () => {
    const stage = new Stage(place);
    const route = await stage.route(`export function onTick(room) { room.broadcast(String(Date.now())); }`, {
      tickRate: 100,
    });
    const guest = route.connect();
    await stage.sees(() => guest.inbox.length >= 3);
    const begin = Date.now();
    while (Date.now() < begin + STALL);
    await stage.sees(() => Number(guest.inbox.at(-1)) > begin + STALL);
    await stage.sees(() => guest.inbox.length >= 12);
    const during = guest.inbox.filter((at) => Number(at) >= begin && Number(at) < begin + STALL);
    expect(during.length).toBeLessThanOrEqual(MOST);
  });
});
