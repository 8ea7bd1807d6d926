import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appFolderFrom, type AppFolder } from "../support/app-folder.ts";
import { contractTypes } from "../../src/server/contract/contract-types.ts";
import { typeErrors } from "../support/typescript-app.ts";

const SCRIPT = `import { defineMessages } from "parlor";
import { z } from "zod";
export const messages = defineMessages({
  in: { say: z.object({ text: z.string(), at: z.number().default(0) }) },
  out: { said: z.object({ from: z.string(), text: z.string() }) },
  calls: { history: { in: z.object({ last: z.number() }), out: z.array(z.string()) } },
});
`;

const RIGHT = `${SCRIPT}
export const on: On<typeof messages> = {
  say(session, { text, at }) {
    const time: number = at;
    session.emit("said", { from: String(time), text });
    session.room("r").emit("said", { from: "", text });
  },
};
export const calls: Calls<typeof messages> = { history: async (session, { last }) => ["a"].slice(0, last) };
export const onOpen = (session: WebSocketSession<typeof messages>) => session.emit("said", { from: "", text: "" });
export type Checked = WsScriptOf<typeof import("./typed.ts")>;
`;

const WRONG = `${SCRIPT}
export const on: On<typeof messages> = {
  say(session, { txt }) {
    session.emit("sad", { from: "", text: "" });
    session.emit("said", { from: 5, text: "" });
    session.room("r").emit("said", { text: "" });
  },
};
export const wrong: On<typeof messages> = { sya() {} };
export const calls: Calls<typeof messages> = { history: (session, { last }) => [last] };
`;

const PAGE = (types: string): string => `import { connect } from "parlor/client";
const client = connect<${types}>("/ws/typed");
client.emit("say", { text: "hi" });
client.onMessage("said", ({ from, text }) => from.length + text.length);
export const lines: readonly string[] = await client.request("history", { last: 5 });
client.emit("sya", { text: "hi" });
client.emit("say", { text: 5 });
client.onMessage("said", ({ form }) => form);
client.request("histori", { last: 5 });
client.request("history", { last: "5" });
export const first: string = client.request("history", { last: 5 })[0];
`;

const PAGE_ERRORS = [
  /:6 .*"sya"/,
  /:7 .*number.*string/,
  /:8 .*form/,
  /:9 .*"histori"/,
  /:10 .*string.*number/,
  /:11 .*Promise/,
];

let app: AppFolder;

beforeAll(() => {
  app = appFolderFrom("templates/app");
  for (const folder of ["page", "ws"]) mkdirSync(join(app.dir, folder), { recursive: true });
  rmSync(join(app.dir, "tasks"), { recursive: true });
});
afterAll(() => app.remove());

test(
  "a script with a contract, its page, and a page with the types of a file are checked by tsc",
  { timeout: 60_000 },
  () => {
    const text = { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
    const said = {
      ...text,
      properties: { ...text.properties, from: { type: "string" } },
      required: ["text", "from"],
    };
    const input = { type: "object", properties: { last: { type: "number" } }, required: ["last"] };
    const history = { in: input, out: { type: "array", items: { type: "string" } } };
    const messages = { in: { say: text }, out: { said }, calls: { history } };
    const files = {
      "ws/typed.ts": RIGHT,
      "ws/wrong.ts": WRONG,
      "page/chat.d.ts": contractTypes([{ route: "/ws/typed", script: "ws/typed.ts", messages }]),
      "page/page.ts": PAGE('typeof import("../ws/typed.ts")'),
      "page/far.ts": PAGE('import("./chat.d.ts").WsTyped'),
    };
    for (const [name, source] of Object.entries(files)) writeFileSync(join(app.dir, name), source);
    const errors = typeErrors(app.dir);
    const of = (file: string): string[] => errors.filter((line) => line.startsWith(file));
    expect(of("ws/typed.ts")).toEqual([]);
    const wrong = of("ws/wrong.ts");
    [
      /:10 .*txt/,
      /:11 .*"sad"/,
      /:12 .*number.*string/,
      /:13 .*from/,
      /:16 .*sya/,
      /:17 .*number.*string/,
    ].forEach((pattern, at) => expect(wrong[at]).toMatch(pattern));
    for (const page of ["page/page.ts", "page/far.ts"]) {
      expect(of(page)).toHaveLength(PAGE_ERRORS.length);
      PAGE_ERRORS.forEach((pattern, at) => expect(of(page)[at]).toMatch(pattern));
    }
    expect(errors.filter((line) => !/^(?:ws\/wrong|page\/(?:page|far))\.ts/.test(line))).toEqual([]);
  },
);
