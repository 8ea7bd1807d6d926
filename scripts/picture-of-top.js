// Makes docs/images/top.png: `parlor top` beside the chat and the game, with people in both. Needs Chromium and `script`.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { chromium } from "playwright-core";
import { WebSocket } from "ws";
import { root } from "./tools.js";

const parlor = join(root, "bin/parlor.js");
const columns = 150;
const dir = mkdtempSync(join(tmpdir(), "parlor-top-"));
for (const name of ["chat", "game"]) cpSync(join(root, "examples", name), dir, { recursive: true });
mkdirSync(join(root, "docs/images"), { recursive: true });

const server = spawn(process.execPath, [parlor, "serve", dir, "--port", "0"], {
  stdio: ["ignore", "pipe", "ignore"],
});
try {
  const url = await address();
  talk(`${url}/ws/chat?user=Guest`, 12, (n) => ({ type: "say", text: `Message ${n}` }));
  talk(`${url}/ws/game?name=Guest`, 8, (n) => ({ type: "steer", x: Math.sin(n), y: Math.cos(n) }));
  await after(8000);
  await run(process.execPath, [parlor, "reload", "/ws/game", "--dir", dir]);
  await after(2000);
  await draw(lastFrame(await watch()));
} finally {
  server.kill();
  rmSync(dir, { recursive: true, force: true });
}
process.exit();

async function address() {
  for await (const text of server.stdout.setEncoding("utf8")) {
    const [, found] = /open http(\S+)/.exec(text) ?? [];
    if (found !== undefined) return `ws${found}`;
  }
  throw new Error("the server did not start: run npm run build");
}

function talk(url, people, message) {
  for (let person = 0; person < people; person += 1) {
    const socket = new WebSocket(url);
    let said = 0;
    socket.on("open", () =>
      setInterval(() => socket.send(JSON.stringify(message((said += 1)))), 100 + person),
    );
  }
}

/** What `parlor top` prints in a terminal within a few seconds. */
function watch() {
  const command = `stty cols ${columns}; exec timeout -s INT 4 ${process.execPath} ${parlor} top ${dir}`;
  return run("script", ["-qec", command, "/dev/null"], { ...process.env, TERM: "xterm", FORCE_COLOR: "1" });
}

function run(command, args, env = process.env) {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => (text += part));
  return new Promise((done) => child.on("close", () => done(text)));
}

function lastFrame(text) {
  const frame = text.split("\u001b[H\u001b[J").at(-1)?.replaceAll("\r", "") ?? "";
  if (!frame.includes("ROUTE")) throw new Error(`parlor top has shown no table:\n${text}`);
  const colours = { 2: "#8b93a7", 31: "#f07178", 33: "#ffcb6b" };
  const escaped = frame.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  // eslint-disable-next-line no-control-regex
  return escaped.replace(/\u001b\[(\d+)m/g, (_, code) =>
    code in colours ? `<span style="color:${colours[code]}">` : "</span>",
  );
}

async function draw(html) {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const page = await browser.newPage({ deviceScaleFactor: 2 });
  await page.setContent(
    `<pre style="display:inline-block; margin:0; padding:14px 18px; font:13px/1.5 monospace; color:#d6deeb; background:#14171f">$ parlor top\n\n${html.trimEnd()}</pre>`,
  );
  await page.locator("pre").screenshot({ path: join(root, "docs/images/top.png") });
  await browser.close();
}
