import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { folderOf, RunningApp } from "../support/running-app.ts";

const root = resolve(import.meta.dirname, "../..");

const files = {
  "ws/bad.js": `
    export function onOpen() { throw new Error("in onOpen"); }
    export function onMessage(session, text) {
      if (text === "timer") setTimeout(() => { throw new Error("timed"); });
      else if (text === "rejection") void Promise.reject(new Error("forgotten"));
      else if (text === "limit") for (let i = 0; i < 1100; i += 1) session.send("");
      else if (text === "attribute") session.setAttribute("f", () => 1);
      else if (text === "wait") return new Promise(() => {});
    }`,
  "http/bad.js": `
    export const GET = () => new Response("tea", { headers: { "content-length": "99" } });
    export const POST = () => new Promise(() => {});`,
  "http/warm.js": 'export const GET = () => new Response("warm");',
  "bolt/bad.js": `
    ws("/ws/bad", "absent", "", "");
    get("/late", () => new Promise(() => {}));`,
  "dirigible/bad.websocket": '{ "endpoint": "bad", "handler": "mute" }',
  "dirigible/mute.js": "exports.onClose = () => {};",
  "scripting/bad.js": 'new HttpServer().registerWebsocket("/a", { handleTxt() {} });',
};

test("each warning and error that Parlor logs while scripts run has its code", async () => {
  const app = await RunningApp.serve(folderOf(files), {
    handlerTimeout: 1000,
    turnLimit: { commands: 1000 },
  });
  // A host that is slow to start would be a time-out, too.
  await expect.poll(() => app.text("/warm")).toBe("warm");
  const client = await app.open("/ws/bad");
  for (const text of ["timer", "rejection", "limit", "attribute", "wait"]) client.send(text);
  await app.open("/websockets/v4/service/bad");
  const [cut] = await Promise.allSettled([app.text("/bad"), app.fetch("/bad", { method: "POST" })]);
  expect(cut.status).toBe("rejected");
  for (const line of [/^onOpen: /, /timed/, /forgotten/, /"f" does not survive/, /^onMessage: promise not/])
    await app.logged(line);
  for (const line of [/"absent"/, /ws\/bad\.js has the path/, /exports no onOpen/, /nothing calls handleTxt/])
    await app.logged(line);
  await app.log.find(/no response to POST/);
  const severe = app.log.entries.filter(({ level }) => level === "warn" || level === "error");
  expect(severe.filter(({ fields }) => fields["code"] === undefined)).toEqual([]);
  expect(new Set(severe.map(({ fields }) => fields["code"]))).toEqual(
    new Set([
      "PARLOR_ATTRIBUTE_LOST",
      "PARLOR_HANDLER_NAME",
      "PARLOR_HANDLER_TIMEOUT",
      "PARLOR_HTTP_RESPONSE",
      "PARLOR_HTTP_TIMEOUT",
      "PARLOR_ROUTE_TAKEN",
      "PARLOR_SCRIPT_FAULT",
      "PARLOR_TURN_LIMIT",
    ]),
  );
});

test("no source writes a warning or an error to the log without a code", () => {
  const names = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const calls = names
    .filter((name) => name.endsWith(".ts") && name !== "log.ts")
    .flatMap((name) => {
      const text = readFileSync(join(root, "src", name), "utf8");
      return Array.from(text.matchAll(/\b(?:\w*[lL]og|script|ports)\.(?:warn|error)\(([^;]*);/g), ([call]) =>
        call.replace(/\s+/g, " "),
      );
    });
  expect(calls.length).toBeGreaterThan(4);
  expect(calls.filter((call) => !/PARLOR_|\bcode\b|\bkey\b/.test(call))).toEqual([]);
});
