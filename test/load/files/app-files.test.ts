import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readApp } from "../../../src/load/files/app-files.ts";
import { scriptsOf } from "../../../src/load/files/script-file.ts";
import { TempApp } from "../temp-app.ts";

const routes = (...files: string[]) => {
  const { scripts } = scriptsOf("/app", files);
  return Object.fromEntries(scripts.map(({ name, route }) => [name, route]));
};
const problems = (...files: string[]) => scriptsOf("/app", files).problems;

describe("routes from file names", () => {
  test("a file's path is its route", () => {
    expect(routes("ws/chat.ts", "ws/a/b.mts", "http/notify.js", "http/api/v1.mjs")).toEqual({
      "ws/chat.ts": "/ws/chat",
      "ws/a/b.mts": "/ws/a/b",
      "http/notify.js": "/notify",
      "http/api/v1.mjs": "/api/v1",
    });
  });

  test("index is the folder itself", () => {
    expect(routes("ws/index.ts", "http/index.ts", "ws/rooms/index.ts", "http/a/index.js")).toEqual({
      "ws/index.ts": "/ws",
      "http/index.ts": "/",
      "ws/rooms/index.ts": "/ws/rooms",
      "http/a/index.js": "/a",
    });
  });

  test("brackets are parameters, and dots in them take the rest", () => {
    expect(
      routes("ws/rooms/[id].ts", "http/[a]/[b].ts", "http/docs/[...rest].ts", "ws/[user]/index.ts"),
    ).toEqual({
      "ws/rooms/[id].ts": "/ws/rooms/:id",
      "http/[a]/[b].ts": "/:a/:b",
      "http/docs/[...rest].ts": "/docs/**:rest",
      "ws/[user]/index.ts": "/ws/:user",
    });
  });

  test("cron jobs have no route, tasks are named by their path", () => {
    const { scripts } = scriptsOf("/app", [
      "cron/nightly.ts",
      "cron/a/b.ts",
      "tasks/import.ts",
      "tasks/db/seed.ts",
    ]);
    expect(scripts.map(({ kind, route }) => [kind, route])).toEqual([
      ["cron", ""],
      ["cron", ""],
      ["task", "db/seed"],
      ["task", "import"],
    ]);
  });

  test("backslashes of Windows are slashes", () => {
    expect(scriptsOf("/app", ["ws\\rooms\\[id].ts"]).scripts).toEqual([
      { kind: "ws", name: "ws/rooms/[id].ts", file: join("/app/ws/rooms/[id].ts"), route: "/ws/rooms/:id" },
    ]);
  });

  test("a file that is not a script is ignored without a problem", () => {
    const others = ["ws/_a.ts", "ws/.b.ts", "ws/_lib/c.ts", "ws/__proto__.ts", "ws/d.d.ts", "ws/d.d.mts"];
    const more = ["ws/e.test.ts", "ws/f.spec.js", "ws/g.json", "ws/h.md", "lib/i.ts", "ws.ts", "cron/_j.ts"];
    expect(scriptsOf("/app", [...others, ...more])).toEqual({ scripts: [], refused: [], problems: [] });
  });
});

describe("names that cannot be a route", () => {
  test.each([
    [["ws/chat.js", "ws/chat.ts"], "ws/chat.js and ws/chat.ts have the same route /ws/chat"],
    [["ws/[id].ts", "ws/[name].ts"], "ws/[id].ts and ws/[name].ts have the same route /ws/:id"],
    [["http/a.ts", "http/a/index.ts"], "http/a.ts and http/a/index.ts have the same route /a"],
    [["http/[...a].ts", "http/[...b].ts"], "http/[...a].ts and http/[...b].ts have the same route /**:a"],
    [["tasks/a.js", "tasks/a.ts"], "tasks/a.js and tasks/a.ts have the same route a"],
    [["cron/a.js", "cron/a.ts"], "cron/a.js and cron/a.ts are the same job"],
  ])("%j: one line names both and neither is served", (files, message) => {
    const found = scriptsOf("/app", [...files, "ws/other.ts"]);
    expect(found.scripts.map(({ name }) => name)).toEqual(["ws/other.ts"]);
    expect(found.problems).toHaveLength(1);
    expect(found.problems[0]).toMatchObject({ code: "PARLOR_ROUTE_TAKEN", file: files[0] });
    expect(found.problems[0]?.message).toMatch(/, so none of them (?:is served|runs); rename or remove one$/);
    expect(found.problems[0]?.message.startsWith(`${message}, `)).toBe(true);
  });

  test("a parameter and the rest at one place are two routes", () => {
    expect(problems("http/[a].ts", "http/[...b].ts", "http/a.ts", "ws/[a].ts")).toEqual([]);
  });

  test.each([
    ["ws/[].ts", "is not a valid parameter name"],
    ["ws/[a-b].ts", "is not a valid parameter name"],
    ["ws/[__proto__].ts", "is not a valid parameter name"],
    ["ws/[$x].ts", "is not a valid parameter name"],
    ["ws/\uFFFD.ts", 'contains "\uFFFD"'],
    ["ws/[a]/[a].ts", 'parameter "a" occurs twice'],
    ["ws/[...a]/b.ts", "make it the last part"],
    ["ws/room-[id].ts", "mixes a parameter with other text"],
    ["ws/a:b.ts", 'contains ":"'],
    ["ws/a*.ts", 'contains "*"'],
    ["ws/a%2e.ts", 'contains "%"'],
    ["ws/a b.ts", "contains a space, which a route cannot have; rename the file"],
    ["ws/a?.ts", 'contains "?"'],
  ])("%s", (file, message) => {
    expect(scriptsOf("/app", [file]).scripts).toEqual([]);
    expect(problems(file)).toMatchObject([{ code: "PARLOR_ROUTE_NAME", file }]);
    expect(problems(file)[0]?.message).toContain(message);
  });

  test.each(["ws/a.cjs", "http/a.tsx", "cron/a.cts"])("%s has a problem that asks to rename it", (file) => {
    expect(problems(file)).toMatchObject([{ code: "PARLOR_SCRIPT_EXTENSION", file }]);
  });
});

describe("an app on the disk", () => {
  test("scripts, public folder and config are found", async () => {
    const files = {
      "ws/chat.ts": "",
      "ws/a/[id].ts": "",
      "http/index.js": "",
      "cron/a.ts": "",
      "tasks/b.ts": "",
    };
    const app = new TempApp({
      ...files,
      "public/index.html": "",
      "parlor.config.ts": "",
      "shared/db.ts": "",
    });
    const found = await readApp(app.root);
    expect(found.scripts.map(({ name }) => name).sort()).toEqual(Object.keys(files).sort());
    expect(found.scripts.every(({ name, file }) => file === app.path(name))).toBe(true);
    expect(found).toMatchObject({ root: app.root, problems: [], publicDir: app.path("public") });
    expect(found.configFile).toBe(app.path("parlor.config.ts"));
  });

  test("no folder, and a file instead of one, are one line", async () => {
    const app = new TempApp({ "ws/chat.ts": "" });
    for (const dir of [app.path("nowhere"), app.path("ws/chat.ts")]) {
      const found = await readApp(dir);
      expect(found.scripts).toEqual([]);
      expect(found.problems).toMatchObject([{ code: "PARLOR_APP_MISSING", file: dir }]);
    }
  });

  test("a folder with only pages has nothing to say", async () => {
    const app = new TempApp({ "public/index.html": "", "ws/_helper.ts": "" });
    expect((await readApp(app.root)).problems).toEqual([]);
  });

  test("a folder without scripts says so", async () => {
    const app = new TempApp({ "readme.md": "", "ws/_helper.ts": "" });
    expect((await readApp(app.root)).problems).toMatchObject([{ code: "PARLOR_APP_EMPTY" }]);
  });

  test("two configs: neither is read", async () => {
    const app = new TempApp({ "ws/a.ts": "", "parlor.config.ts": "", "parlor.config.js": "" });
    const found = await readApp(app.root);
    expect(found.configFile).toBeNull();
    expect(found.problems).toMatchObject([{ code: "PARLOR_CONFIG_TWICE" }]);
  });

  test("a link out of the app's folder has a problem and is not served", async () => {
    const outside = new TempApp({ "secret.ts": "", "lib/x.ts": "", "page.html": "" });
    const app = new TempApp({ "ws/a.ts": "" });
    symlinkSync(outside.path("secret.ts"), app.path("ws/file.ts"));
    symlinkSync(outside.path("lib"), app.path("ws/folder"));
    symlinkSync(outside.root, app.path("public"));
    symlinkSync(outside.path("lib"), app.path("http"));
    const found = await readApp(app.root);
    expect(found.scripts.map(({ name }) => name)).toEqual(["ws/a.ts"]);
    expect(found.publicDir).toBeNull();
    const told = found.problems.map(({ code, file }) => `${code} ${file}`).sort();
    const expected = ["http", "public", "ws/file.ts", "ws/folder"];
    expect(told).toEqual(expected.map((file) => `PARLOR_LINK_OUTSIDE ${file}`));
  });

  test("links within the app's folder are served, in circles too", async () => {
    const app = new TempApp({ "ws/a.ts": "", "lib/b.ts": "" });
    symlinkSync(app.path("ws/a.ts"), app.path("ws/twin.ts"));
    symlinkSync(app.path("lib"), app.path("ws/lib"));
    symlinkSync(app.path("ws"), app.path("ws/circle"));
    symlinkSync(app.path("gone.ts"), app.path("ws/broken.ts"));
    const found = await readApp(app.root);
    expect(found.scripts.map(({ route }) => route).sort()).toEqual(["/ws/a", "/ws/lib/b", "/ws/twin"]);
    expect(found.problems).toMatchObject([{ code: "PARLOR_LINK_BROKEN", file: "ws/broken.ts" }]);
  });

  test("an app that is itself reached through a link", async () => {
    const app = new TempApp({ "ws/a.ts": "" });
    const links = new TempApp({});
    mkdirSync(links.path("x"));
    symlinkSync(app.root, links.path("x/app"));
    expect(await readApp(links.path("x/app"))).toMatchObject({ root: app.root, problems: [] });
  });
});
