import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { appFolderFrom } from "../support/app-folder.ts";
import { eventually, startBrowser } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { needs } from "../support/require.ts";
import { RunningApp } from "../support/running-app.ts";

/** The example, with a free port for its Scripting server. */
async function serve(): Promise<RunningApp> {
  const folder = appFolderFrom("examples/four-apis");
  onTestFinished(() => folder.remove());
  const script = join(folder.dir, "scripting/chat.ts");
  writeFileSync(script, readFileSync(script, "utf8").replace("PORT = 8091", "PORT = 0"));
  return await RunningApp.serve(folder.dir);
}

/** Reads messages until the wanted one. */
async function receives(client: Client, wanted: string): Promise<void> {
  while ((await client.next()) !== wanted);
}

test("examples/four-apis serves all four APIs in one app, without problems", async () => {
  const app = await serve();
  expect([...app.server.problems, ...app.server.warnings]).toEqual([]);
  expect(app.server.routes.map(({ kind, script }) => `${kind} ${script}`)).toEqual([
    "ws ws/chat.ts",
    "http http/announce.ts",
    "program bolt/chat.ts",
    "program bolt/lounge.ring",
    "program dirigible",
    "program scripting/chat.ts",
    "static public/",
  ]);
  const { text } = await app.logged(/the Scripting chat is at/);
  const port = /:(\d+)\//.exec(text)?.[1];
  for (const path of ["/", "/diesel.html", "/bolt.html", "/scripting.html", "/dirigible.html"]) {
    expect((await fetch(`${app.server.url}${path}`)).status, path).toBe(200);
  }
  expect(await (await fetch(`http://127.0.0.1:${port}/guests`)).json()).toEqual([]);
  const board = app.connect("/websockets/v4/service/board");
  await board.opened;
});

test("a message to a room reaches the sessions of every API", async () => {
  const app = await serve();
  const ada = app.connect("/ws/chat?user=Ada");
  expect(await ada.next()).toBe("Welcome to the tea room, Ada.");
  const bob = app.connect("/bolt/chat/tea");
  bob.send("I am Bob");
  await receives(ada, "Bob joined: 2 in the room");
  ada.send("from Diesel");
  await receives(bob, "Ada: from Diesel");
  bob.send("from Bolt");
  await receives(ada, "Bob: from Bolt");
  const response = await fetch(`${app.server.url}/announce`, { method: "POST", body: "tea is ready" });
  expect(await response.json()).toEqual({ reached: 2 });
  await receives(ada, "Announcement: tea is ready");
  await receives(bob, "Announcement: tea is ready");
  const eve = app.connect("/ring/chat/tea");
  eve.send("I am Eve");
  await receives(bob, "Eve joined: 3 in the room");
  bob.close();
  await receives(ada, "Bob left");
  await receives(eve, "Bob left");
});

const chromium = needs("chromium");

test.skipIf(chromium.skip)(
  "the pages of two APIs share a room, and the index page sends an announcement to it",
  async () => {
    const app = await serve();
    const browser = await startBrowser(chromium.path);
    onTestFinished(() => browser.close());
    const open = async (path: string): Promise<Page> => {
      const page = await (await browser.newContext()).newPage();
      page.on("pageerror", (error) => expect.unreachable(error.message));
      await page.goto(`${app.server.url}${path}`);
      return page;
    };
    const lines = (page: Page) => page.locator("#log li").allTextContents();
    const say = async (page: Page, text: string): Promise<void> => {
      await page.getByLabel("Message").fill(text);
      await page.keyboard.press("Enter");
    };
    const [index, diesel, bolt] = [
      await open("/"),
      await open("/diesel.html?user=Ada"),
      await open("/bolt.html"),
    ];
    await eventually(() => lines(diesel)).toEqual(["Welcome to the tea room, Ada."]);
    await eventually(async () => (await lines(bolt)).length).toBe(1);
    await say(bolt, "I am Bob");
    await eventually(() => lines(diesel)).toContain("Bob joined: 2 in the room");
    await say(diesel, "<i>hi</i>");
    await eventually(() => lines(bolt)).toContain("Ada: <i>hi</i>");
    await index.getByLabel("Announcement").fill("Tea is ready");
    await index.getByText("Announce", { exact: true }).click();
    await eventually(() => lines(diesel)).toContain("Announcement: Tea is ready");
    await eventually(() => index.locator("#reached").textContent()).toBe("Sent to 2.");
    for (const name of ["DieselEngine", "Bolt", "Scripting", "Eclipse Dirigible"]) {
      await index.goto(app.server.url);
      await index.getByRole("link", { name, exact: true }).click();
      await eventually(() => index.locator("h1").textContent()).toContain(name.split(" ").at(-1));
    }
  },
);
