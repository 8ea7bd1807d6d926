import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf, RunningApp, type Files } from "../support/running-app.ts";

/** A workspace with an app and packages beside it; `links` are links in its node_modules folders. */
function workspace(files: Files, links: Readonly<Record<string, string>>): string {
  const top = folderOf(files);
  for (const [link, target] of Object.entries(links)) {
    mkdirSync(dirname(join(top, link)), { recursive: true });
    symlinkSync(join(top, target), join(top, link));
  }
  return top;
}

const FILES: Files = {
  "package.json": `{ "workspaces": ["apps/*", "packages/*"] }`,
  "apps/chat/package.json": `{ "type": "module" }`,
  "apps/chat/ws/a.ts": `import { hello } from "@team/words"; import { deep } from "@team/words/deep"; import data from "@team/words/data.json" with { type: "json" };
export const onOpen = (session) => session.send([hello(), deep, data.tea].join(" "));`,
  "packages/words/package.json": `{ "name": "@team/words", "exports": { ".": "./src/index.ts", "./deep": "./src/deep.ts", "./*.json": "./*.json" } }`,
  "packages/words/src/index.ts": `import { ending } from "./ending.js"; import { own } from "dep"; export enum Kind { A = 1 } export const hello = (): string => "hello" + ending + own + Kind.A;`,
  "packages/words/src/ending.ts": `export const ending: string = "!";`,
  "packages/words/src/deep.ts": `export const deep: string = "deep";`,
  "packages/words/data.json": `{ "tea": "sencha" }`,
  "packages/words/node_modules/dep/index.js": `exports.own = "own";`,
  "node_modules/dep/index.js": `exports.own = "wrong";`,
};
const LINKS = { "node_modules/@team/words": "packages/words" };

async function sent(app: RunningApp): Promise<unknown> {
  const client = await app.open("/ws/a");
  const message = await client.next();
  client.terminate();
  return message;
}

describe("packages of a workspace are the user's own files", () => {
  test("TypeScript that a package exports is bundled, its own packages are found from its folder", async () => {
    const top = workspace(FILES, LINKS);
    const app = await RunningApp.serve(join(top, "apps/chat"));
    expect(app.server.problems).toEqual([]);
    expect(await sent(app)).toBe("hello!own1 deep sencha");
  });

  test.each([
    ["packages/words/src/ending.ts", `export const ending = "?";`, "hello?own1 deep sencha"],
    ["packages/words/data.json", `{ "tea": "oolong" }`, "hello!own1 deep oolong"],
    [
      "packages/words/package.json",
      `{ "name": "@team/words", "exports": { ".": "./src/index.ts", "./deep": "./src/deeper.ts", "./*.json": "./*.json" } }`,
      "hello!own1 deeper sencha",
    ],
  ])("parlor dev sees an edit of %s", async (file, text, expected) => {
    const top = workspace(
      { ...FILES, "packages/words/src/deeper.ts": `export const deep = "deeper";` },
      LINKS,
    );
    const app = await RunningApp.serve(join(top, "apps/chat"), { watch: true });
    expect(await sent(app)).toBe("hello!own1 deep sencha");
    writeFileSync(join(top, file), text);
    await expect.poll(() => sent(app), { timeout: 15_000 }).toBe(expected);
  });

  test("parlor dev sees an edit of a tsconfig.json that the app's extends", async () => {
    const top = workspace(
      {
        "tsconfig.base.json": `{ "compilerOptions": { "paths": { "@lib": ["./one.ts"] } } }`,
        "one.ts": `export const name = "one";`,
        "two.ts": `export const name = "two";`,
        "app/tsconfig.json": `{ "extends": "../tsconfig.base.json" }`,
        "app/ws/a.ts": `import { name } from "@lib"; export const onOpen = (session) => session.send(name);`,
      },
      {},
    );
    const app = await RunningApp.serve(join(top, "app"), { watch: true });
    expect(await sent(app)).toBe("one");
    writeFileSync(
      join(top, "tsconfig.base.json"),
      `{ "compilerOptions": { "paths": { "@lib": ["./two.ts"] } } }`,
    );
    await expect.poll(() => sent(app), { timeout: 15_000 }).toBe("two");
  });

  test("a problem and a fault name the package's own file and line", async () => {
    const broken = { ...FILES, "packages/words/src/ending.ts": `export const ending = "!";\nlet a = = 1;` };
    const top = workspace(broken, LINKS);
    const app = await RunningApp.serve(join(top, "apps/chat"), { watch: true }).catch(
      (error: unknown) => error,
    );
    expect(String(app)).toContain("../../packages/words/src/ending.ts:2");
    const missing = {
      ...FILES,
      "packages/words/src/ending.ts": `import "./nowhere.js"; export const ending = "!";`,
    };
    const refused = await RunningApp.serve(join(workspace(missing, LINKS), "apps/chat")).catch(
      (error: unknown) => error,
    );
    expect(String(refused)).toMatch(
      /\.\.\/\.\.\/packages\/words\/src\/ending\.ts:1.*cannot find the import "\.\/nowhere\.js"/,
    );
    const throwing = {
      ...FILES,
      "packages/words/src/index.ts": `export const hello = () => {\n  throw new Error("no words");\n};`,
    };
    const running = await RunningApp.serve(join(workspace(throwing, LINKS), "apps/chat"));
    await running.open("/ws/a");
    expect((await running.logged(/no words/)).fields).toMatchObject({
      at: "../../packages/words/src/index.ts:2:9",
    });
  });

  test("a linked package (npm link) and a copied one (in a container) that are TypeScript are bundled", async () => {
    const top = workspace(
      {
        "app/ws/a.ts": `import { linked } from "linked"; import { copied } from "copied"; export const onOpen = (session) => session.send(linked + " " + copied);`,
        "elsewhere/linked/package.json": `{ "name": "linked", "main": "index.ts" }`,
        "elsewhere/linked/index.ts": `export const linked: string = "linked";`,
        "app/node_modules/copied/package.json": `{ "name": "copied", "exports": "./index.ts" }`,
        "app/node_modules/copied/index.ts": `import { part } from "./part.ts"; export const copied: string = part;`,
        "app/node_modules/copied/part.ts": `export const part: string = "copied";`,
      },
      {
        "global/node_modules/linked": "elsewhere/linked",
        "app/node_modules/linked": "global/node_modules/linked",
      },
    );
    const app = await RunningApp.serve(join(top, "app"), { watch: true });
    expect(await sent(app)).toBe("linked copied");
    writeFileSync(join(top, "elsewhere/linked/index.ts"), `export const linked = "edited";`);
    await expect.poll(() => sent(app), { timeout: 15_000 }).toBe("edited copied");
  });
});
