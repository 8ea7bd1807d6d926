// Makes the pictures of the playground and of the examples in docs/images/. Needs Chromium.
// `node scripts/pictures.js [NAME ...]`; with `--all FOLDER` it writes every page there instead, desktop and phone, light and dark.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { pages } from "./pictures/pages.js";
import { root } from "./tools.js";

const sizes = { desktop: { width: 1200, height: 780 }, phone: { width: 390, height: 844 } };
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: "string" } },
});
const folder = options.all ?? join(root, "docs/images");
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  for (const page of pages) {
    if (positionals.length > 0 && !positionals.includes(page.name)) continue;
    for (const look of looks()) await draw(page, look);
  }
} finally {
  await browser.close();
}

async function draw(wanted, look) {
  const dir = mkdtempSync(join(tmpdir(), "parlor-picture-"));
  const app = join(dir, wanted.app.split("/").at(-1));
  cpSync(join(root, wanted.app), app, { recursive: true });
  if (wanted.fill !== undefined) fill(app, wanted.fill);
  mkdirSync(join(app, "node_modules"), { recursive: true });
  symlinkSync(root, join(app, "node_modules/parlor"));
  const server = spawn(process.execPath, [join(root, "bin/parlor.js"), "dev", app, "--port", "0"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const url = await addressOf(server);
    await picture(wanted, url, app, look);
  } finally {
    server.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Fills the placeholder of a template, as `parlor new` does. */
function fill(app, files) {
  for (const name of files) {
    const file = join(app, name);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("{{name}}", "tea-room"));
  }
}

function looks() {
  if (options.all === undefined) return [{ size: "desktop", scheme: "light" }];
  return Object.keys(sizes).flatMap((size) => ["light", "dark"].map((scheme) => ({ size, scheme })));
}

async function picture(wanted, url, app, { size, scheme }) {
  const context = await browser.newContext({ viewport: sizes[size], colorScheme: scheme, locale: "en-GB" });
  const open = async (path) => {
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(`${wanted.name}: ${error.message}`));
    await page.goto(`${url}${path}`);
    return page;
  };
  const page = await wanted.play(open, { app, size });
  const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
  if (wide > 0) console.error(`${wanted.name} (${size}): ${wide} px too wide`);
  const name = options.all === undefined ? `${wanted.name}.webp` : `${wanted.name}-${size}-${scheme}.png`;
  const png = await page.screenshot({ fullPage: options.all !== undefined });
  writeFileSync(join(folder, name), options.all === undefined ? await webp(png) : png);
  await context.close();
}

/** The picture, 900 px wide, in a tenth of the bytes. */
async function webp(png) {
  const page = await browser.newPage();
  const url = await page.evaluate(
    async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [900, Math.round((900 * image.height) / image.width)];
      const pen = canvas.getContext("2d");
      pen.imageSmoothingQuality = "high";
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL("image/webp", 0.82);
    },
    `data:image/png;base64,${png.toString("base64")}`,
  );
  await page.close();
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

/** The address that a server prints. */
function addressOf(server) {
  let text = "";
  return new Promise((resolve, reject) => {
    server.stdout.on("data", (data) => {
      text += data;
      const found = /open (http:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    server.once("exit", () => reject(new Error(`the server ended: ${text}`)));
  });
}
