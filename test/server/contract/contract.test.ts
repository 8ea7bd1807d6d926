import { symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { checkApp } from "../../../src/server/serve.ts";
import { RunningApp, folderOf } from "../../support/running-app.ts";

const CHAT = `import { defineMessages } from "parlor";
import { z } from "zod";
export const messages = defineMessages({
  in: { say: z.object({ text: z.string().max(20) }) },
  out: { said: z.object({ text: z.string() }) },
});
export const on: On<typeof messages> = {
  say(session, { text }) { session.room("r").emit("said", { text }); },
};
export const onOpen: OnOpen = (session) => session.room("r").join();
`;

async function start(text: string) {
  const dir = folderOf({ "ws/chat.ts": text });
  symlinkSync(resolve("node_modules"), join(dir, "node_modules"));
  const app = await RunningApp.serve(dir, {});
  return { dir, app, write: (changed: string) => writeFileSync(join(dir, "ws/chat.ts"), changed) };
}

test("a script with a contract of zod is served: its messages are validated, and refusals are counted", async () => {
  const { app } = await start(CHAT);
  const client = app.connect("/ws/chat");
  client.send('{"type":"say","text":"hello"}');
  expect(await client.next()).toBe('{"type":"said","text":"hello"}');
  client.send('{"type":"say","text":"much longer than twenty characters"}');
  expect(JSON.parse(String(await client.next()))).toEqual({
    ...{ type: "error", code: "invalid", of: "say" },
    message: expect.stringMatching(/^text: /),
  });
  client.send('{"type":"say","text":"again"}');
  expect(await client.next()).toBe('{"type":"said","text":"again"}');
  expect(app.server.traffic.routes.map(({ refused }) => refused)).toEqual([1]);
});

const WIDER = CHAT.replace(
  "text: z.string().max(20) }",
  "text: z.string().max(40), mood: z.string().optional() }",
);
const BREAKING = CHAT.replace("text: z.string().max(20) }", "text: z.string().max(20), mood: z.string() }");
const LINE =
  "ws/chat.ts: messages.in.say: field mood is required now; 1 session connected with the previous contract; " +
  "keep it, or use: parlor reload --force";

test("a reload that adds an optional field is served to connected clients", async () => {
  const { app, write } = await start(CHAT);
  const client = app.connect("/ws/chat");
  await client.opened;
  write(WIDER);
  await app.server.reload("/ws/chat");
  client.send('{"type":"say","text":"longer than twenty characters"}');
  expect(await client.next()).toBe('{"type":"said","text":"longer than twenty characters"}');
});

test("a reload that breaks connected clients is refused, unless it is forced or nobody is connected", async () => {
  const { app, write } = await start(CHAT);
  const client = app.connect("/ws/chat");
  await client.opened;
  write(BREAKING);
  await expect(app.server.reload("/ws/chat")).rejects.toMatchObject({
    code: "PARLOR_CONTRACT_BREAKS",
    message: LINE,
  });
  await app.server.reload();
  expect((await app.logged(/is required now/)).fields).toMatchObject({ code: "PARLOR_CONTRACT_BREAKS" });
  client.send('{"type":"say","text":"old"}');
  expect(await client.next()).toBe('{"type":"said","text":"old"}');
  await app.server.reload(undefined, { force: true });
  client.send('{"type":"say","text":"old"}');
  expect(JSON.parse(String(await client.next()))).toMatchObject({ code: "invalid", of: "say" });
});

test("the fields of valibot are known by its own converter, if the app has it", async () => {
  const dir = folderOf({
    "ws/chat.js": `import * as v from "valibot";
export const messages = { in: { say: v.object({ text: v.string() }) } };
export const on = { say() {} };`,
  });
  symlinkSync(resolve("node_modules"), join(dir, "node_modules"));
  const { contracts } = await checkApp(dir);
  expect(contracts[0]?.messages.in["say"]).toMatchObject({ type: "object", required: ["text"] });
});
