import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appFolderFrom, fillTemplate } from "../support/app-folder.ts";
import type { AppFolder } from "../support/app-folder.ts";
import { typeErrors } from "../support/typescript-app.ts";

describe("the template of parlor new", () => {
  let app: AppFolder;

  beforeAll(() => {
    app = appFolderFrom("templates/app");
    fillTemplate(app, "tea-room");
  });
  afterAll(() => app.remove());

  it("type-checks", () => {
    expect(typeErrors(app.dir)).toEqual([]);
  });

  it("has a page in which a misspelt name, a wrong field and a forgotten await are errors of tsc", () => {
    const page = join(app.dir, "public/chat.js");
    const source = readFileSync(page, "utf8");
    const mistakes: [right: string, wrong: string, error: RegExp][] = [
      ['("said",', '("siad",', /"siad"/],
      ["({ from, to })", "({ form, to })", /'form'/],
      ["{ text: text.value }", "{ txt: text.value }", /'txt'/],
      ["await client.request", "client.request", /'user' does not exist.*Promise/],
    ];
    for (const [right] of mistakes) expect(source.split(right)).toHaveLength(2);
    const wrong = mistakes.reduce((text, [right, mistake]) => text.replace(right, mistake), source);
    writeFileSync(page, wrong.replace('at("say"', 'client.request("renam");\nat("say"'));
    const errors = typeErrors(app.dir);
    writeFileSync(page, source);
    expect(errors.filter((line) => !line.startsWith("public/chat.js:"))).toEqual([]);
    for (const error of [...mistakes.map(([, , each]) => each), /"renam"/])
      expect(errors.join("\n")).toMatch(error);
  });

  it("has the given name everywhere", () => {
    const { name } = JSON.parse(readFileSync(join(app.dir, "package.json"), "utf8"));
    expect(name).toBe("tea-room");
    expect(readFileSync(join(app.dir, "public/index.html"), "utf8")).not.toContain("{{");
  });

  it("has no file that npm leaves out of a package", () => {
    expect(readdirSync("templates/app")).not.toContain(".gitignore");
    expect(readdirSync("templates/app")).toContain("_gitignore");
  });
});
