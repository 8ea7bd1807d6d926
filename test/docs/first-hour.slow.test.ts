import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../support/client.ts";
import { shell, shellServer } from "../support/shell.ts";
import { readPages, root } from "./blocks.ts";
import { playConsole } from "./curl.ts";
import { isBuilt, linkPackages, seedClone } from "./seeded-clone.ts";
import { Talk } from "./talk.ts";
import { skips } from "../support/require.ts";

const { blocks = [] } = readPages().find(({ name }) => name === "docs/getting-started.md") ?? {};
/** How long installing and building may take on a machine that does other things as well, ms. */
const INSTALLS = 400_000;
const ADDRESS = "https://github.com/parlor-server/parlor.git";

describe.skipIf(skips(!existsSync(join(root, ".git")), "this folder is not a clone"))(
  "Getting started, in a clone",
  () => {
    const place = realpathSync(mkdtempSync(join(tmpdir(), "parlor-first-hour-")));
    afterAll(() => rmSync(place, { recursive: true, force: true }), INSTALLS);

    test(
      "works word for word, from the clone to the last talk of the page",
      async () => {
        const steps = blocks.find(({ kind }) => kind === "steps")?.text.split("\n") ?? [];
        expect(steps.at(0)).toBe(`git clone ${ADDRESS}`);
        expect(steps.at(-1)).toBe("npm run dev");
        // Git takes this checkout in place of the public address.
        const env = {
          ...{
            GIT_CONFIG_COUNT: "2",
            GIT_CONFIG_KEY_0: `url.${root}.insteadOf`,
            GIT_CONFIG_VALUE_0: ADDRESS,
          },
          ...{ GIT_CONFIG_KEY_1: "safe.directory", GIT_CONFIG_VALUE_1: "*" },
        };
        await shell(steps.slice(0, 1).join(), { cwd: place, env });
        await seedClone(join(place, "parlor"));
        await shell(steps.slice(1, -1).join(" && "), { cwd: place, env });
        expect(isBuilt(join(place, "parlor"))).toBe(true);
        const app = join(place, "tea-room");
        const server = await shellServer("npm run dev -- --port 0", app);
        const talk = new Talk(server.url);
        try {
          for (const { file, kind, text, language } of blocks) {
            if (file !== null) await save(join(app, file), text, server.url);
            else if (kind === "talk") await talk.play(text);
            else if (language === "console") await playConsole(text, server.url);
          }
          talk.expectSilence();
        } finally {
          await talk.end();
          await server.end();
        }
        expect(await shell("npx parlor check", { cwd: app })).toMatch(
          /^0 problems, 0 warnings in \d+ routes$/m,
        );
        expect(await shell("npx parlor routes", { cwd: app })).toContain("/ws/tea");
        await shell("npm run types", { cwd: app });
      },
      INSTALLS,
    );
  },
);

/** Saves a file of the page, and waits until its route is served. */
async function save(file: string, text: string, url: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${text}\n`);
  const [, folder, name] = /\/(ws|http)\/(\w+)\.\w+$/.exec(file) ?? [];
  if (folder === undefined) return;
  const path = folder === "ws" ? `/ws/${name}` : `/${name}`;
  await expect.poll(async () => (await fetch(url + path)).status, { timeout: 20_000 }).not.toBe(404);
}

describe("the package that npm pack makes, in an empty folder", () => {
  const place = realpathSync(mkdtempSync(join(tmpdir(), "parlor-packed-")));
  let tarball = "";

  beforeAll(async () => {
    await shell(`npm pack --ignore-scripts --pack-destination ${place}`, { cwd: root });
    tarball = join(place, "parlor-0.1.0.tgz");
    mkdirSync(join(place, "empty"));
    await shell(`npm install ${tarball}`, { cwd: join(place, "empty") });
  }, INSTALLS);
  afterAll(() => rmSync(place, { recursive: true, force: true }), INSTALLS);

  test(
    "creates an app that is checked, typed and served, and sends a message",
    async () => {
      const [empty, app] = [join(place, "empty"), join(place, "empty/app")];
      expect(await shell("npx parlor new app", { cwd: empty })).toContain("Created app/. Next steps:");
      // As from a registry: the package is there with its own, and npm adds those of the app.
      await linkPackages(empty, app);
      await shell("npm install", { cwd: app });
      expect(await shell("npx parlor check", { cwd: app })).toContain("0 problems, 0 warnings");
      await shell("npm run types", { cwd: app });
      const server = await shellServer("npm run dev -- --port 0", app);
      const client = connect(`${server.url.replace("http", "ws")}/ws/hello?name=ada`);
      expect(await client.next()).toBe("Hello, ada!");
      client.close();
      await client.closed;
      expect(await (await fetch(server.url)).text()).toContain("<title>app</title>");
      await server.end();
    },
    INSTALLS,
  );

  test("is imported as a module, and every export of its manifest is there", async () => {
    const code = `
      const { createServer, serve } = await import("parlor");
      const { default: manifest } = await import("parlor/package.json", { with: { type: "json" } });
      const { existsSync } = await import("node:fs");
      const targets = Object.values(manifest.exports).flatMap((target) => typeof target === "string" ? [target] : Object.values(target));
      const missing = targets.filter((target) => !existsSync("node_modules/parlor/" + target));
      console.log(typeof createServer, typeof serve, JSON.stringify(missing));`;
    writeFileSync(join(place, "empty/try.mjs"), code);
    expect(await shell("node try.mjs", { cwd: join(place, "empty") })).toContain("function function []");
  });

  test("has no tests, no source maps and no sources, and stays small", async () => {
    const files = (await shell(`tar -tzf ${tarball}`, { cwd: place })).trim().split("\n");
    const known =
      /^package\/(?:bin|dist|pages|templates|types)\/|^package\/(?:package\.json|README\.md|LICENSE)$/;
    expect(files.filter((file) => !known.test(file))).toEqual([]);
    expect(
      files.filter((file) =>
        /\.map$|\.test\.|(?<!\.d)\.ts$/.test(file.replace(/^package\/templates\/.*/, "")),
      ),
    ).toEqual([]);
    const bytes = Number(await shell(`wc -c < ${tarball}`, { cwd: place }));
    expect(bytes).toBeLessThan(2_000_000);
  });
});
