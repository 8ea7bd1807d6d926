import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunningApp, folderOf, type Files } from "../support/running-app.ts";

async function start(files: Files) {
  const dir = folderOf(files);
  const app = await RunningApp.serve(dir);
  const about = (script: string) => {
    const version = app.server.routes.find((row) => row.script === script)?.version;
    expect(version).toMatch(/^\w{8}$/);
    const route = app.server.routes.find((row) => row.script === script)?.route;
    return { route, script, version };
  };
  return { dir, app, about };
}

const deadly = `
  console.log("begins");
  export function onMessage(session, text) {
    if (text === "throw") throw new Error("thrown on purpose");
    process.exit(1);
  }`;

test("every line about a script says which version of it", async () => {
  const { app, about } = await start({ "ws/chat.js": deadly });
  const client = app.connect("/ws/chat");
  client.send("throw");
  expect((await app.logged(/begins/)).fields).toMatchObject(about("ws/chat.js"));
  expect((await app.logged(/thrown on purpose/)).fields).toMatchObject(about("ws/chat.js"));
  client.send("exit");
  expect((await app.logged(/crashed on a message/)).fields).toEqual({
    ...about("ws/chat.js"),
    code: "PARLOR_HOST_CRASHED",
    session: expect.stringMatching(/^[\w-]{20,}$/) as string,
    event: expect.any(Number) as number,
  });
});

test("a version that cannot take over is named, and so is the one that fails", async () => {
  const { dir, app, about } = await start({
    "ws/chat.js": `
      export const scope = "route";
      export const saveState = () => { throw new Error("none"); };
      export const onMessage = (session) => session.send("a");`,
    "ws/dies.js": "setTimeout(() => process.exit(1)); export const onOpen = () => {};",
  });
  const client = app.connect("/ws/chat");
  client.send("");
  await client.next();
  writeFileSync(join(dir, "ws/chat.js"), `export const onMessage = (session) => session.send("b");`);
  const before = about("ws/chat.js").version;
  await app.server.reload();
  const { fields } = await app.logged(/the previous version stays/);
  expect(fields).toEqual({
    script: "ws/chat.js",
    version: expect.stringMatching(/^\w{8}$/) as string,
    code: "PARLOR_RELOAD_REFUSED",
  });
  expect(fields["version"]).not.toBe(before);
  app.connect("/ws/dies");
  expect((await app.logged(/crashed before it handled an event, again and again/)).fields).toEqual({
    ...about("ws/dies.js"),
    code: "PARLOR_HOST_FAILED",
  });
});

test("a host of several scripts names them all", async () => {
  const { app, about } = await start({
    "http/one.js": "export const GET = () => process.exit(1);",
    "http/two.js": "export const GET = () => new Response();",
  });
  await fetch(`${app.server.url}/one`);
  const named = ["http/one.js", "http/two.js"].map((name) => `${name}@${about(name).version}`);
  expect((await app.logged(/^http crashed/)).fields).toEqual({
    scripts: named,
    code: "PARLOR_HOST_CRASHED",
    ...{ event: 1, method: "GET", path: "/one" },
  });
});

test("the line about a response that comes too late names the script and its version", async () => {
  const dir = folderOf({ "http/slow.js": "export const GET = () => new Promise(() => {});" });
  const app = await RunningApp.serve(dir, { handlerTimeout: 100 });
  await fetch(`${app.server.url}/slow`);
  const { fields } = await app.logged(/no response to GET \/slow/);
  expect(fields).toEqual({
    script: "http/slow.js",
    route: "/slow",
    version: app.server.routes[0]?.version,
    code: "PARLOR_HTTP_TIMEOUT",
    ...{ method: "GET", path: "/slow", status: 503 },
  });
});
