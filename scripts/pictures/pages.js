// The pages of which there are pictures, and what is done on each before.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";

/** `play(open, { app, size })` opens the page, acts on it, and returns it. */
export const pages = [
  { name: "playground", app: "examples/chat", play: playground },
  { name: "chat", app: "examples/chat", play: chat },
  { name: "game", app: "examples/game", play: game },
  { name: "ticker", app: "examples/ticker", play: ticker },
  { name: "four-apis", app: "examples/four-apis", play: fourApis },
];

async function playground(open, { app }) {
  const page = await open("/_parlor/");
  await page.locator('#status[data-state="live"]').waitFor();
  for (const user of ["Ada", "Grace"]) {
    await page.locator("#connect-query").fill(`user=${user}`);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.locator('.pane[data-state="open"]').last().waitFor();
  }
  await page.getByLabel("Message of client 1", { exact: true }).fill('{"type":"say","text":"Tea is ready"}');
  await page.keyboard.press("Enter");
  await after(300);
  await page.getByLabel("Message of client 2", { exact: true }).fill('{"type":"say","text":"On my way"}');
  await page.keyboard.press("Enter");
  const script = join(app, "ws/chat.ts");
  const source = readFileSync(script, "utf8");
  writeFileSync(script, source.replace("history.push(message);", "histori.push(message);"));
  await page.locator("#reloads .reload").first().waitFor();
  await page.getByLabel("Message of client 1", { exact: true }).fill('{"type":"say","text":"More tea?"}');
  await page.keyboard.press("Enter");
  await page.locator('#fault[data-state="open"] .frame').waitFor();
  await after(500);
  writeFileSync(script, source);
  return page;
}

async function chat(open) {
  const enter = async (name) => {
    const page = await open("/");
    await page.evaluate("sessionStorage.clear()");
    await page.reload();
    await page.getByLabel("Your name").fill(name);
    await page.keyboard.press("Enter");
    await page.locator('#status[data-state="open"]').waitFor();
    return page;
  };
  const say = async (page, text) => {
    await page.getByLabel("Message", { exact: true }).fill(text);
    await page.keyboard.press("Enter");
    await after(150);
  };
  const [ada, grace] = [await enter("Ada Lovelace"), await enter("Grace Hopper")];
  await say(ada, "The kettle is on. Who wants a cup?");
  await say(grace, "Me, please! I have found a bug, and it deserves a rest.");
  await say(ada, "A real one? https://en.wikipedia.org/wiki/Moth");
  await ada.bringToFront();
  await after(400);
  return ada;
}

async function game(open) {
  const pages = [await open("/"), await open("/"), await open("/")];
  for (const [index, page] of pages.entries()) {
    await page.mouse.move(300 + 200 * index, 200 + 80 * index);
    await page.keyboard.down(["ArrowRight", "ArrowDown", "ArrowLeft"][index]);
  }
  await after(1500);
  const [first] = pages;
  await first.bringToFront();
  await after(2500);
  return first;
}

async function ticker(open) {
  const page = await open("/");
  await after(6000);
  return page;
}

async function fourApis(open) {
  const page = await open("/");
  await after(500);
  return page;
}
