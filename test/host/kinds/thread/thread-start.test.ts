import { expect, test } from "vitest";
import { serveOn } from "../../../support/served-app.ts";

// What of Node takes a thread long to load, and few scripts need.
const COSTLY = `process.moduleLoadList.filter((name) => /undici|webstreams.readable|crypto.webcrypto/.test(name))`;

test("a thread starts without the streams, the keys and the HTTP client of the web", async () => {
  const app = await serveOn("thread", {
    "ws/tea.js": `export function onOpen(session) { session.send(JSON.stringify(${COSTLY})); }`,
    "scripting/global.js": `console.log("global " + JSON.stringify(${COSTLY}));`,
    "scripting/module.js": `
      import { Path } from "scripting";
      console.log("module " + JSON.stringify(${COSTLY}) + Path.join("a", "b"));`,
  });
  expect(await (await app.open("/ws/tea")).next()).toBe("[]");
  expect((await app.logged(/^global /)).text).toBe("global []");
  expect((await app.logged(/^module /)).text).toBe("module []a/b");
});

test("a program that imports them has them", async () => {
  const app = await serveOn("thread", {
    "scripting/main.js": `
      import { FormData, Headers } from "scripting";
      console.log("same", FormData === globalThis.FormData, new Headers({ a: "b" }).get("a"));`,
  });
  expect((await app.logged(/^same/)).text).toBe("same true b");
});
