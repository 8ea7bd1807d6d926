import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf, RunningApp } from "../support/running-app.ts";

const COUNT = 200_000;

const script = (isolation: string, version: number): string => `
export const scope = "route";
export const isolation = ${JSON.stringify(isolation)};
let items = Array.from({ length: ${version === 1 ? COUNT : 0} }, (_, id) => ({ id, name: "item " + id }));
export const saveState = () => ({ items });
export const restoreState = (state) => { items = state.items; };
export function onMessage(session) {
  session.send(JSON.stringify({ version: ${version}, count: items.length, last: items.at(-1) }));
}`;

describe.each(["thread", "process"])(
  "a route in a %s whose saveState returns 200,000 objects",
  (isolation) => {
    test("hands them over in parts, and the thread of the sockets reads none of them", async () => {
      const dir = folderOf({ "ws/large.js": script(isolation, 1) });
      const app = await RunningApp.serve(dir);
      const client = await app.open("/ws/large");
      client.send("one");
      await client.next();
      writeFileSync(join(dir, "ws/large.js"), script(isolation, 2));
      await app.server.reload();
      client.send("two");
      const last = { id: COUNT - 1, name: `item ${COUNT - 1}` };
      expect(JSON.parse((await client.next()) as string)).toEqual({ version: 2, count: COUNT, last });
    });
  },
);
