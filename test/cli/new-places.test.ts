import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Folder, parlor, type Ended } from "./support/parlor.ts";

describe("parlor new takes", () => {
  let place: Folder;

  beforeEach(() => {
    place = new Folder();
  });
  afterEach(() => place.remove());

  const create = (path: string, below = "."): Promise<Ended> =>
    parlor(["new", path], { cwd: join(place.path, below) }).ended;
  const nameOf = (folder: string): string =>
    JSON.parse(readFileSync(join(place.path, folder, "package.json"), "utf8")).name;

  test("the current folder as a dot, and names the app after it", async () => {
    mkdirSync(join(place.path, "Tea Room"));
    const { code, out, err } = await create(".", "Tea Room");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe("Created tea-room. Next steps:\n  npm install\n  npm run dev\n");
    expect(nameOf("Tea Room")).toBe("tea-room");
  });

  test.each(["tea/", "apps/tea", "./tea"])("the path %s", async (path) => {
    const { code, out } = await create(path);
    expect(code).toBe(0);
    const shown = path.endsWith("/") ? path : `${path}/`;
    expect(out.startsWith(`Created ${shown}. Next steps:\n  cd ${path}\n`)).toBe(true);
    expect(nameOf(path)).toBe("tea");
  });

  test("no folder that has files, with one line", async () => {
    place.write("mine.txt", "mine");
    const { code, err } = await create(".");
    expect(code).toBe(1);
    expect(err).toMatch(/^parlor: the folder is not empty: .*; choose another name, or empty it first\n$/);
    expect(readdirSync(place.path)).toEqual(["mine.txt"]);
  });

  test.each([
    [
      "Tea Room",
      '"Tea Room" is not a valid app name (lowercase letters, digits, "-", ".", "_"); did you mean tea-room?',
    ],
    [
      "apps/Tea",
      '"Tea" is not a valid app name (lowercase letters, digits, "-", ".", "_"); did you mean tea?',
    ],
    ["node_modules", '"node_modules" is a name that npm reserves; choose another'],
  ])("not the name %s", async (name, line) => {
    expect(await create(name)).toMatchObject({ code: 1, err: `parlor: ${line}\n` });
    expect(readdirSync(place.path)).toEqual([]);
  });
});
