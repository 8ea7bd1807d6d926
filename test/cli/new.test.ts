import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../src/cli/commands/new.ts";
import { Folder } from "./support/parlor.ts";

const root = resolve(import.meta.dirname, "../..");

describe("a new app", () => {
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

  const create = (name: string): Promise<void> =>
    createApp({ name, folder: join(place.path, name), template: template.path });
  const read = (file: string): string => readFileSync(join(place.path, file), "utf8");

  test("is the template under its own name, with the file that npm would not have packed", async () => {
    await create("tea-room");
    expect(readdirSync(join(place.path, "tea-room")).sort()).toEqual([".gitignore", "package.json", "ws"]);
    expect(read("tea-room/ws/chat.ts")).toBe("// tea-room: {{ left }}\n");
    expect(JSON.parse(read("tea-room/package.json"))).toMatchObject({ name: "tea-room" });
  });

  test("made by a checkout depends on that checkout: its version may be in no registry", async () => {
    await create("tea-room");
    expect(JSON.parse(read("tea-room/package.json")).dependencies.parlor).toBe(`file:${root}`);
  });

  test("keeps the bytes of a file that is no text", async () => {
    template.write("public/icon.bin", "");
    const bytes = Buffer.from([0xff, 0x7b, 0x7b, 0x6e, 0x61, 0x6d, 0x65, 0x7d, 0x7d, 0x00]);
    const { writeFileSync } = await import("node:fs");
    writeFileSync(join(template.path, "public/icon.bin"), bytes);
    await create("tea-room");
    expect(readFileSync(join(place.path, "tea-room/public/icon.bin"))).toEqual(bytes);
  });

  test("goes into an empty folder, and into no other", async () => {
    place.write("full/readme.md", "mine").write("file", "mine");
    await expect(create("full")).rejects.toThrow("full is not empty: choose another name, or empty it first");
    await expect(create("file")).rejects.toThrow("file is a file: choose another name");
    expect(readdirSync(join(place.path, "full"))).toEqual(["readme.md"]);
    expect(read("file")).toBe("mine");
  });

  test("with a name that npm would refuse is not begun", async () => {
    await expect(create("../Out")).rejects.toThrow('"../Out" is no name for an app');
    expect(existsSync(join(place.path, "../Out"))).toBe(false);
    expect(readdirSync(place.path)).toEqual([]);
  });
});
