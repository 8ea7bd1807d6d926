import { describe, expect, test } from "vitest";
import { skips } from "../support/require.ts";
import { PLACES, serveOn, type Place } from "../support/served-app.ts";

const loadsTypeScript = skips(
  "typescript" in process.features && Boolean(process.features.typescript),
  "this Node loads TypeScript by itself",
);

const PACKAGES = {
  "node_modules/waits/package.json": `{ "type": "module", "exports": "./main.js" }`,
  "node_modules/waits/main.js": `export const late = await Promise.resolve("late"); export default "waits";`,
  "node_modules/both/package.json": `{ "exports": { ".": { "import": "./main.mjs", "require": "./main.cjs" }, "./sub/*": { "import": "./sub/*.mjs" }, "./sub/secret": null } }`,
  "node_modules/both/main.mjs": `export const kind = "esm"; export { again } from "user";`,
  "node_modules/both/main.cjs": `exports.kind = "cjs";`,
  "node_modules/both/sub/a.mjs": `export const sub = "sub a";`,
  "node_modules/user/package.json": `{ "type": "module", "main": "./main.js" }`,
  "node_modules/user/main.js": `import * as both from "both"; export const again = () => both;`,
  "node_modules/throws/package.json": `{ "type": "module", "exports": "./main.js" }`,
  "node_modules/throws/main.js": `await Promise.resolve(); throw new Error("no tea in here");`,
};

/** What a WebSocket script with this code sends: `say` sends. */
async function said(
  place: Place,
  code: string,
  files: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const app = await serveOn(place, {
    ...PACKAGES,
    ...files,
    "ws/a.ts": `${code}\nexport const onOpen = async (session) => {
      try { session.send(JSON.stringify(await run())); } catch (error) { session.send(String(error)); }
    };`,
  });
  expect(app.server.problems).toEqual([]);
  return JSON.parse(String(await (await app.open("/ws/a")).next())) as unknown;
}

describe.each(PLACES)("imports are those of Node, %s", (place) => {
  test("a static import of a package that awaits at its top level", async () => {
    const code = `import waits, { late } from "waits"; import * as all from "waits"; import { shared } from "../shared/s.ts";
      const run = () => [waits, late, all.late, shared];`;
    const files = {
      "shared/s.ts": `import { late } from "waits"; import { other } from "./t.ts"; export const shared = late + other(); export const one = 1;`,
      "shared/t.ts": `import { one } from "./s.ts"; import { late } from "waits"; export const other = () => late + one;`,
    };
    // The two shared files import each other.
    expect(await said(place, code.replace("shared];", "typeof shared];"), files)).toEqual([
      "waits",
      "late",
      "late",
      "string",
    ]);
  });

  test("a package has the file that its exports name for imports, once", async () => {
    const code = `import { kind, again } from "both"; import * as both from "both"; import { sub } from "both/sub/a";
      const run = async () => [kind, sub, again() === both, (await import("both")) === again(), require("both").kind];`;
    expect(await said(place, code)).toEqual(["esm", "sub a", true, true, "cjs"]);
  });

  test("import() of files by URL, by path and by a computed name, from the file that imports", async () => {
    const code = `import { load } from "../lib/deep/load.ts";
      const run = async () => {
        const name = ["..", "lib", "plain.mjs"].join("/");
        const url = new URL("../lib/plain.mjs", import.meta.url);
        return [
          (await import(new URL("../lib/typed.ts", import.meta.url).href)).kind,
          (await import(new URL('../lib/typed.ts', import.meta.url))).kind,
          (await import(url.href)).kind, (await import(url)).kind, (await import(name)).kind,
          (await import(url.pathname)).kind, (await load("./near.mjs")).kind,
          (await import(new URL("../lib/plain.cjs", import.meta.url).href)).default.kind,
          (await import("../lib/data.json", { with: { type: "json" } })).default.tea,
          (await import("data:text/javascript,export default 4")).default, (await import(["node:pa", "th"].join(""))).sep,
        ];
      };`;
    const files = {
      "lib/typed.ts": `export const kind: string = "typed";`,
      "lib/plain.mjs": `export const kind = "plain";`,
      "lib/plain.cjs": `exports.kind = "cjs";`,
      "lib/data.json": `{ "tea": 5 }`,
      "lib/deep/load.ts": `export const load = (path: string) => import(path);`,
      "lib/deep/near.mjs": `export const kind = "near";`,
    };
    const expected = ["typed", "typed", "plain", "plain", "plain", "plain", "near", "cjs", 5, 4, "/"];
    expect(await said(place, code, files)).toEqual(expected);
  });

  test.skipIf(loadsTypeScript)(
    "import() of TypeScript by a computed name says what is possible, in one line",
    async () => {
      const code = `const run = async () => {
        const name = "../lib/" + "typed.ts", url = new URL(name, import.meta.url).href;
        const failed = (error) => error.message;
        return [await import(url).catch(failed), await import(String(name)).catch(failed)];
      };`;
      const texts = (await said(place, code, { "lib/other.ts": "" })) as string[];
      for (const text of texts) {
        expect(text).toMatch(/^import\(\): \/.*\/lib\/typed\.ts is TypeScript, .*import\("\.\/typed\.ts"\)/);
        expect(text).not.toContain("\n");
      }
    },
  );

  test("import.meta has dirname, filename, url and resolve", async () => {
    const code = `const { dirname, filename, url, resolve } = import.meta;
      const run = () => [filename.slice(dirname.length), url.endsWith("/ws/a.ts"), resolve("./b.ts").endsWith("/ws/b.ts"),
        resolve("both").endsWith("both/main.mjs"), resolve("fs"), resolve("https://x.example/y")];`;
    const expected = ["/a.ts", true, true, true, "node:fs", "https://x.example/y"];
    expect(await said(place, code)).toEqual(expected);
  });

  test("createRequire loads packages and files as in Node", async () => {
    const code = `import { createRequire } from "node:module";
      const own = createRequire(import.meta.url);
      const run = () => [own("both").kind, own("../lib/plain.cjs").kind, own("../lib/data.json").tea, own("user").again().kind];`;
    const files = { "lib/plain.cjs": `exports.kind = "cjs";`, "lib/data.json": `{ "tea": 5 }` };
    expect(await said(place, code, files)).toEqual(["cjs", "cjs", 5, "esm"]);
  });

  test("a package without a file of that name, and one that throws late, are problems of the script", async () => {
    const app = await serveOn(place, {
      ...PACKAGES,
      "ws/a.ts": `import { late } from "throws"; export const onOpen = () => late;`,
      "ws/b.ts": `import { sub } from "both/sub/secret"; export const onOpen = () => sub;`,
      "ws/c.ts": `import { lat } from "waits"; export const onOpen = () => lat;`,
      "ws/good.ts": `export const onOpen = (session) => session.send("good");`,
    });
    const found = app.server.problems.map(({ file, message }) => `${file} ${message}`).sort();
    expect(found[0]).toMatch(/^ws\/a\.ts .*no tea in here/);
    expect(found[1]).toMatch(/^ws\/b\.ts .*both\/sub\/secret/);
    expect(found[2]).toMatch(/^ws\/c\.ts .*"waits" exports no "lat"; did you mean "late"\?/);
    expect(await (await app.open("/ws/good")).next()).toBe("good");
  });
});

describe("packages that await, in all kinds of scripts", () => {
  test("HTTP scripts, tasks, programs and the config wait for them", async () => {
    const files = {
      ...PACKAGES,
      "http/a.ts": `import { late } from "waits"; export const GET = () => new Response(late);`,
      "tasks/b.ts": `import { late } from "waits"; export default () => console.log(late);`,
      "scripting/c.ts": `import { late } from "waits"; console.log("scripting", late);`,
      "bolt/d.ts": `import { late } from "waits"; get("/d", () => $bolt.send(late));`,
    };
    const app = await serveOn("thread", files);
    expect(app.server.problems).toEqual([]);
    expect(await app.text("/a")).toBe("late");
    await app.logged(/^scripting late$/);
    expect(await app.text("/d")).toBe("late");
    const lines: string[] = [];
    const { signal } = new AbortController();
    await app.server.runTask("b", { onLine: ({ text }) => lines.push(text), signal });
    expect(lines).toEqual(["late"]);
  });
});
