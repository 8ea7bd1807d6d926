import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ReloadReport } from "../../src/server/serve.ts";
import { IDLE_LOOP } from "../support/idle-loop.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { folderOf, RunningApp, type Files } from "../support/running-app.ts";

const says = (text: string): string => `export function onMessage(session) { session.send("${text}"); }`;

/** An app whose folder is watched, and the reports of its reloads. */
class WatchedApp {
  readonly dir: string;
  readonly reports: ReloadReport[] = [];
  app!: RunningApp;
  #onReport: () => void = () => undefined;

  constructor(dir: string) {
    this.dir = dir;
  }

  static async serve(files: Files, below = ""): Promise<WatchedApp> {
    const base = folderOf(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [join(below, name), text])),
    );
    return await new WatchedApp(join(base, below)).start();
  }

  async start(): Promise<this> {
    const onReload = (report: ReloadReport): void => {
      this.reports.push(report);
      this.#onReport();
    };
    this.app = await RunningApp.serve(this.dir, { watch: true, onReload });
    return this;
  }

  save(name: string, text: string): void {
    mkdirSync(dirname(join(this.dir, name)), { recursive: true });
    writeFileSync(join(this.dir, name), text);
  }

  /** Resolves when a reload has changed the script. */
  async changed(script: string, patience = PATIENCE_MS): Promise<void> {
    const isThere = (): boolean => this.reports.some(({ changed }) => changed.includes(script));
    if (isThere()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${script} was not reloaded`)), patience);
      this.#onReport = () => {
        if (!isThere()) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async answer(path: string): Promise<string> {
    const client = await this.app.open(path);
    client.send("hi");
    const answer = String(await client.next());
    client.close();
    return answer;
  }
}

describe("the watch over files", () => {
  test("a workspace package in TypeScript is bundled, reloaded when it is saved, and named in errors", async () => {
    const base = folderOf({
      "packages/words/package.json": `{ "name": "words", "exports": "./src/index.ts", "type": "module" }`,
      "packages/words/src/index.ts": `export const word: string = "one";`,
      "app/ws/a.js": `import { word } from "words"; export function onMessage(session) { session.send(word); }`,
    });
    mkdirSync(join(base, "app/node_modules"));
    symlinkSync(join(base, "packages/words"), join(base, "app/node_modules/words"));
    const watched = await new WatchedApp(join(base, "app")).start();
    expect(watched.app.server.problems).toEqual([]);
    expect(await watched.answer("/ws/a")).toBe("one");
    watched.save("../packages/words/src/index.ts", `export const word: string = "two";`);
    await watched.changed("ws/a.js");
    expect(await watched.answer("/ws/a")).toBe("two");
    watched.reports.length = 0;
    watched.save("../packages/words/src/index.ts", `export const word: string = ;`);
    await expect.poll(() => watched.reports.length, { timeout: PATIENCE_MS }).toBeGreaterThan(0);
    expect(watched.reports[0]?.problems[0]?.file).toBe("../packages/words/src/index.ts");
    watched.save("../packages/words/src/index.ts", `export const word: string = "three";`);
    await watched.changed("ws/a.js");
    expect(await watched.answer("/ws/a")).toBe("three");
  });

  test("a workspace package in CommonJS has its own packages, and knows its folder", async () => {
    const base = folderOf({
      "packages/words/package.json": `{ "name": "words", "main": "index.js" }`,
      "packages/words/index.js": `
        const { basename } = require("node:path");
        exports.words = [require("./more").word, require("dep").word, basename(__dirname), basename(__filename)].join();`,
      "packages/words/more.js": `exports.word = "more";`,
      "packages/words/node_modules/dep/package.json": `{ "name": "dep", "main": "i.js" }`,
      "packages/words/node_modules/dep/i.js": `exports.word = "dep";`,
      "app/ws/a.js": `import { words } from "words"; export function onMessage(session) { session.send(words); }`,
    });
    mkdirSync(join(base, "app/node_modules"));
    symlinkSync(join(base, "packages/words"), join(base, "app/node_modules/words"));
    const watched = await new WatchedApp(join(base, "app")).start();
    expect(await watched.answer("/ws/a")).toBe("more,dep,words,index.js");
    watched.save("../packages/words/more.js", `exports.word = "other";`);
    await watched.changed("ws/a.js");
    expect(await watched.answer("/ws/a")).toBe("other,dep,words,index.js");
  });

  test("a save and a new script that come while the app is loaded, before its files are watched, are served", async () => {
    // The script is evaluated once its files have been read, and the files are watched after that.
    const watched = await WatchedApp.serve({
      "lib/word.js": `export const word = "one";`,
      "ws/a.js": `
        import { writeFileSync } from "node:fs";
        import { word } from "../lib/word.js";
        if (word === "one") {
          writeFileSync(new URL("../lib/word.js", import.meta.url), 'export const word = "two";');
          writeFileSync(new URL("./new.js", import.meta.url), ${JSON.stringify(says("new"))});
        }
        export function onMessage(session) { session.send(word); }`,
    });
    await watched.changed("ws/a.js");
    await watched.changed("ws/new.js");
    expect(await watched.answer("/ws/a")).toBe("two");
    expect(await watched.answer("/ws/new")).toBe("new");
  });

  test("a version that was given up is not tried again by a save of another script, but by a reload", async () => {
    const watched = await WatchedApp.serve({ "ws/a.js": says("one"), "ws/b.js": says("b") });
    const client = await watched.app.open("/ws/a");
    client.send("hi");
    expect(await client.next()).toBe("one");
    watched.save("ws/a.js", `export function onReload() { process.exit(4); }\n${says("two")}`);
    await watched.app.logged(/the previous version serves again/);
    client.send("hi");
    expect(await client.next()).toBe("one");
    const problems = (): unknown[] =>
      watched.app.server.health.problems.map(({ at, code, route }) => [at, code, route]);
    expect(problems()).toEqual([["ws/a.js", "PARLOR_HOST_ROLLED_BACK", "/ws/a"]]);
    const crashes = (): number =>
      watched.app.log.entries.filter(({ text }) => /\/ws\/a crashed/.test(text)).length;
    const before = crashes();
    watched.save("ws/b.js", says("bb"));
    await watched.changed("ws/b.js");
    client.send("hi");
    expect(await client.next()).toBe("one");
    expect(crashes()).toBe(before);
    expect(problems()).toHaveLength(1);
    await watched.app.server.reload();
    await expect.poll(crashes, { timeout: PATIENCE_MS }).toBeGreaterThan(before);
    watched.save("ws/a.js", says("three"));
    await expect.poll(() => watched.answer("/ws/a"), { timeout: PATIENCE_MS }).toBe("three");
    expect(problems()).toEqual([]);
  });

  test("files of the app that no script is made of cause no reload", async () => {
    const watched = await WatchedApp.serve({ "ws/a.js": says("one"), "data/log.txt": "" });
    for (let count = 0; count < 20; count += 1) {
      watched.save("data/log.txt", String(count));
      watched.save(`records/${count}.json`, "{}");
      watched.save(`ws/state.json`, String(count));
    }
    watched.save("ws/a.js", says("two"));
    await watched.changed("ws/a.js");
    expect(watched.reports).toHaveLength(1);
  });

  test("a file that a script lacks is seen when it comes", async () => {
    const watched = await WatchedApp.serve({
      "ws/a.js": `import "../lib/b.js"; ${says("one")}`,
      "ws/c.js": says("c"),
    });
    expect(watched.app.server.health.failedRoutes).toEqual(["/ws/a"]);
    watched.save("lib/b.js", "");
    await watched.changed("ws/a.js");
    expect(await watched.answer("/ws/a")).toBe("one");
  });

  test("an app below a folder of the name node_modules, with a link to the whole machine in it, is watched", async () => {
    const base = folderOf({ "node_modules/app/ws/a.js": says("one") });
    const dir = join(base, "node_modules/app");
    symlinkSync("/usr", join(dir, "usr"));
    symlinkSync("/usr", join(dir, "ws/usr"));
    const watched = await new WatchedApp(dir).start();
    watched.save("ws/a.js", says("two"));
    await watched.changed("ws/a.js");
    expect(await watched.answer("/ws/a")).toBe("two");
  });

  test("a link that is turned to another release is followed, and so are saves there", async () => {
    const base = folderOf({ "releases/1/ws/a.js": says("one"), "releases/2/ws/a.js": says("two") });
    symlinkSync("releases/1", join(base, "current"));
    const watched = await new WatchedApp(join(base, "current")).start();
    expect(await watched.answer("/ws/a")).toBe("one");
    symlinkSync("releases/2", join(base, "next"));
    renameSync(join(base, "next"), join(base, "current"));
    await watched.changed("ws/a.js");
    expect(await watched.answer("/ws/a")).toBe("two");
    watched.reports.length = 0;
    watched.save("ws/a.js", says("three"));
    await watched.changed("ws/a.js");
  });
});

describe("a reload after a save", () => {
  test("a script that loops or is slow at its top level delays no save of another one", async () => {
    const watched = await WatchedApp.serve({ "ws/a.js": says("one"), "ws/slow.js": says("slow") });
    watched.save(
      "ws/slow.js",
      `import { writeFileSync } from "node:fs";
       writeFileSync(new URL("../begun.txt", import.meta.url), "");
       ${IDLE_LOOP}`,
    );
    await expect.poll(() => existsSync(join(watched.dir, "begun.txt")), { timeout: PATIENCE_MS }).toBe(true);
    watched.save("ws/a.js", says("two"));
    await watched.changed("ws/a.js");
    // The one that loops is given up after 5 s: it has not been yet.
    expect(watched.reports.flatMap(({ problems }) => problems)).toEqual([]);
    expect(await watched.answer("/ws/a")).toBe("two");
    expect(await watched.answer("/ws/slow")).toBe("slow");
  });

  test("a script that writes a file of the app while it is evaluated is not loaded for ever", async () => {
    const writing = (text: string): string => `
      import { writeFileSync } from "node:fs";
      writeFileSync(new URL("../shared/made.js", import.meta.url), "export const made = 1;");
      writeFileSync(new URL("../made.json", import.meta.url), String(Math.random()));
      ${says(text)}`;
    const watched = await WatchedApp.serve({
      "shared/made.js": "export const made = 1;",
      "ws/uses.js": `import { made } from "../shared/made.js"; ${says("uses")}`,
      "ws/a.js": writing("one"),
    });
    watched.save("ws/a.js", writing("two"));
    await watched.changed("ws/a.js");
    await watched.answer("/ws/a");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(watched.reports.length).toBeLessThan(5);
  });

  test("a file that is absent for a moment keeps its sessions, and one that is gone closes them", async () => {
    const watched = await WatchedApp.serve({ "ws/a.js": says("one"), "ws/b.js": says("b") });
    const client = await watched.app.open("/ws/a");
    rmSync(join(watched.dir, "ws/a.js"));
    watched.save("ws/b.js", says("bb"));
    await watched.changed("ws/b.js");
    watched.save("ws/a.js", says("two"));
    await watched.changed("ws/a.js");
    client.send("hi");
    expect(await client.next()).toBe("two");
    rmSync(join(watched.dir, "ws/a.js"));
    expect((await client.closed).code).toBe(1001);
  });

  test("a reload that finds no file of a script looks again before it closes the sessions", async () => {
    const dir = folderOf({ "ws/a.js": says("one"), "ws/b.js": says("b") });
    const app = await RunningApp.serve(dir);
    const client = await app.open("/ws/a");
    rmSync(join(dir, "ws/a.js"));
    // It is evaluated when the folder has been read: the file comes between the two looks.
    writeFileSync(
      join(dir, "ws/b.js"),
      `import { writeFileSync } from "node:fs";
       writeFileSync(new URL("./a.ts", import.meta.url), ${JSON.stringify(says("two"))});
       ${says("bb")}`,
    );
    await app.server.reload();
    client.send("hi");
    expect(await client.next()).toBe("two");
    writeFileSync(join(dir, "ws/b.js"), says("b"));
    rmSync(join(dir, "ws/a.ts"));
    await app.server.reload();
    expect((await client.closed).code).toBe(1001);
  });

  test("two files for one route keep the version that serves", async () => {
    const watched = await WatchedApp.serve({ "ws/a.js": says("one") });
    const client = await watched.app.open("/ws/a");
    watched.save("ws/a.ts", says("two"));
    await expect.poll(() => watched.reports.length, { timeout: PATIENCE_MS }).toBeGreaterThan(0);
    expect(watched.reports[0]?.problems.map(({ code }) => code)).toEqual(["PARLOR_ROUTE_TAKEN"]);
    client.send("hi");
    expect(await client.next()).toBe("one");
    rmSync(join(watched.dir, "ws/a.js"));
    await watched.changed("ws/a.ts");
    client.send("hi");
    expect(await client.next()).toBe("two");
  });

  test("an app's folder that is replaced by a rename is seen", async () => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), "parlor-test-")));
    onTestFinished(() => rmSync(base, { recursive: true }));
    for (const [folder, text] of [
      ["app", "one"],
      ["new", "two"],
    ] as const) {
      mkdirSync(join(base, folder, "ws"), { recursive: true });
      writeFileSync(join(base, folder, "ws/a.js"), says(text));
    }
    const watched = await new WatchedApp(join(base, "app")).start();
    renameSync(join(base, "app"), join(base, "old"));
    renameSync(join(base, "new"), join(base, "app"));
    await watched.changed("ws/a.js");
    expect(await watched.answer("/ws/a")).toBe("two");
  });
});
