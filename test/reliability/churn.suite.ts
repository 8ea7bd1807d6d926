import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Client } from "../support/client.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

const ROOMS = ["red", "green", "blue"] as const;

const script = (kind: string, version: number): string => `
export const isolation = "${kind}";
export const version = ${version};
export function onOpen(session) {
  for (const name of ["one", "two", "three"]) session.setAttribute(name, [name]);
}
export function onMessage(session, text) {
  const [what, value] = text.split(" ");
  if (what === "join") session.room(value).join();
  else if (what === "leave") session.room(value).leave();
  else if (what === "set") {
    const list = session.getAttribute("value");
    // Every other value is changed in place: the front gets it when the version hands over.
    if (list === null || value % 2 === 0) session.setAttribute("value", [value]);
    else list[0] = value;
  }
  else session.send(JSON.stringify({
    version: ${version},
    value: session.getAttribute("value")?.[0] ?? null,
    more: ["one", "two", "three"].filter((name) => session.getAttribute(name)[0] === name).length,
    sizes: ${JSON.stringify(ROOMS)}.map((name) => session.room(name).members()),
  }));
}
`;

/** A client, and what the script must know of it. */
class Member {
  readonly client: Client;
  readonly rooms = new Set<string>();
  value: string | null = null;

  constructor(client: Client) {
    this.client = client;
  }

  change(step: number): void {
    const room = ROOMS[step % ROOMS.length]!;
    if (this.rooms.delete(room)) this.client.send(`leave ${room}`);
    else {
      this.rooms.add(room);
      this.client.send(`join ${room}`);
    }
    this.value = String(step);
    this.client.send(`set ${step}`);
  }
}

/** Sessions open, close, join and leave while versions hand over. */
export function churnSuite(kind: "thread" | "process"): void {
  test(`the new version in a ${kind} knows all changes that were made during the reload`, async () => {
    const dir = folderOf({ "ws/rooms.js": script(kind, 0) });
    const app = await RunningApp.serve(dir);
    const members = new Set<Member>();
    const enter = (): void => void members.add(new Member(app.connect("/ws/rooms", { patience: 20_000 })));
    while (members.size < 300) enter();
    await Promise.all([...members].map(({ client }) => client.opened));
    let step = 0;
    const churning = setInterval(() => {
      const list = [...members];
      for (let left = 60; left > 0; left -= 1) list[(step += 1) % list.length]!.change(step);
      const leaver = list[(step * 7) % list.length]!;
      members.delete(leaver);
      leaver.client.close();
      enter();
    }, 2);
    for (let version = 1; version <= 5; version += 1) {
      writeFileSync(join(dir, "ws/rooms.js"), script(kind, version));
      await app.server.reload();
    }
    clearInterval(churning);
    await expect.poll(() => app.server.status.sessions, { timeout: 10_000 }).toBe(members.size);
    const sizes = ROOMS.map((name) => [...members].filter(({ rooms }) => rooms.has(name)).length);
    // After the first response of each session, all changes have been handled.
    for (const { client } of members) client.send("who");
    for (const { client } of members) await client.next();
    for (const { client } of members) client.send("who");
    for (const { client, value } of members)
      expect(JSON.parse(String(await client.next()))).toEqual({ version: 5, value, more: 3, sizes });
  }, 60_000);
}
