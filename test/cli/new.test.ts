import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../src/cli/commands/new.ts";
import { skips } from "../support/require.ts";
import { Folder } from "./support/parlor.ts";

const root = resolve(import.meta.dirname, "../..");

describe("createApp", () => {
  let template: Folder;
  let place: Folder;

  beforeEach(() => {
    place = new Folder();
    template = new Folder()
      .write("package.json", '{ "name": "{{name}}", "dependencies": { "parlor": "^0.0.0" } }')
      .write("_gitignore", "node_modules\n")
      .write("ws/chat.ts", "// {{name}}: {{ left }}\n");
  });
  afterEach(() => {
    template.remove();
    place.remove();
  });

  const createIn = (folder: string): Promise<void> =>
    createApp({ name: "tea", folder: resolve(place.path, folder), template: template.path });
  const create = (name: string): Promise<void> =>
    createApp({ name, folder: join(place.path, name), template: template.path });
  const read = (file: string): string => readFileSync(join(place.path, file), "utf8");

  test("copies the template, fills in the name, and restores .gitignore", async () => {
    await create("tea-room");
    expect(readdirSync(join(place.path, "tea-room")).sort()).toEqual([".gitignore", "package.json", "ws"]);
    expect(read("tea-room/ws/chat.ts")).toBe("// tea-room: {{ left }}\n");
    expect(JSON.parse(read("tea-room/package.json"))).toMatchObject({ name: "tea-room" });
  });

  test("makes the app depend on the checkout that created it", async () => {
    await create("tea-room");
    expect(JSON.parse(read("tea-room/package.json")).dependencies.parlor).toBe(`file:${root}`);
  });

  test("copies a binary file byte for byte", async () => {
    template.write("public/icon.bin", "");
    const bytes = Buffer.from([0xff, 0x7b, 0x7b, 0x6e, 0x61, 0x6d, 0x65, 0x7d, 0x7d, 0x00]);
    const { writeFileSync } = await import("node:fs");
    writeFileSync(join(template.path, "public/icon.bin"), bytes);
    await create("tea-room");
    expect(readFileSync(join(place.path, "tea-room/public/icon.bin"))).toEqual(bytes);
  });

  test("takes a folder that has only an empty repository and files of an editor", async () => {
    place.write("tea/.git/config", "").write("tea/.vscode/settings.json", "{}");
    await create("tea");
    expect(readdirSync(join(place.path, "tea"))).toContain("package.json");
  });

  test("refuses a folder that is not empty, and a file", async () => {
    place.write("full/readme.md", "mine").write("file", "mine");
    await expect(create("full")).rejects.toThrow(
      /^the folder is not empty: .*full; choose another name, or empty it first$/,
    );
    await expect(create("file")).rejects.toThrow(/^a file has this name: .*file; choose another name$/);
    expect(readdirSync(join(place.path, "full"))).toEqual(["readme.md"]);
    expect(read("file")).toBe("mine");
  });

  test("creates the folders above the app's, too", async () => {
    await createIn("apps/of/mine/tea");
    expect(readdirSync(join(place.path, "apps/of/mine/tea"))).toContain("package.json");
  });

  test("refuses a place where no folder can be made", async () => {
    symlinkSync("nowhere/tea", join(place.path, "dangling"));
    symlinkSync("loop", join(place.path, "loop"));
    for (const path of ["dangling", "loop"])
      await expect(createIn(path)).rejects.toThrow(
        /^the folder cannot be created: .* \(EEXIST\); choose another name$/,
      );
  });

  // Node's own `mkdir` with `recursive` never ends there.
  test.skipIf(skips(!existsSync("/proc"), "this system has no /proc"))(
    "refuses a place in a file system that takes no folder",
    async () => {
      await expect(createIn("/proc/tea")).rejects.toThrow("the folder cannot be created: /proc/tea (ENOENT)");
    },
  );

  test("creates nothing for a name that npm would refuse", async () => {
    await expect(create("../Out")).rejects.toThrow('"../Out" is not a valid app name');
    expect(existsSync(join(place.path, "../Out"))).toBe(false);
    expect(readdirSync(place.path)).toEqual([]);
  });
});
