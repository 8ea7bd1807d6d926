import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunningApp, folderOf } from "../support/running-app.ts";

const script = (threads: number): string => `
export const threads = ${threads};
export function onOpen(session) { session.room("all").join(); session.setAttribute("next", 0); }
export function onMessage(session, text) {
  const next = session.getAttribute("next") + 1;
  session.setAttribute("next", next);
  session.send(text + " " + next + " of " + session.room("all").members());
}
`;

test("a reload that changes the number of threads of a route keeps its sessions and their messages", async () => {
  const dir = folderOf({ "ws/count.js": script(1) });
  const app = await RunningApp.serve(dir);
  const clients = Array.from({ length: 12 }, () => app.connect("/ws/count", { patience: 20_000 }));
  await Promise.all(clients.map(({ opened }) => opened));
  const sent = clients.map(() => 0);
  const say = (): void =>
    clients.forEach((client, index) => client.send(String((sent[index] = (sent[index] ?? 0) + 1))));
  say();
  for (const client of clients) expect(await client.next()).toMatch(/^1 1 of \d+$/);
  const talking = setInterval(say, 2);
  for (const threads of [3, 2, 1, 2]) {
    writeFileSync(join(dir, "ws/count.js"), script(threads));
    await app.server.reload();
  }
  clearInterval(talking);
  for (const [index, client] of clients.entries())
    for (let number = 2; number <= sent[index]!; number += 1)
      expect(await client.next()).toMatch(new RegExp(`^${number} ${number} of \\d+$`));
  say();
  for (const client of clients) expect(await client.next()).toMatch(/ of 12$/);
  expect(app.server.status.sessions).toBe(12);
}, 30_000);
