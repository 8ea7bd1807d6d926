import { readdirSync, readFileSync } from "node:fs";
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
