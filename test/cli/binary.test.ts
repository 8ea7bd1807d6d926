import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { Folder, parlor } from "./support/parlor.ts";

const root = resolve(import.meta.dirname, "../..");

describe("bin/parlor.js", () => {
  test.each([[[]], [["--template", "bolt-ring"]]])(
    "creates an app that has no problems: %j",
    async (options) => {
      const place = new Folder();
      const created = await parlor(["new", "tea-room", ...options], { cwd: place.path }).ended;
      expect(created.code).toBe(0);
      expect(created.out).toMatch(
        /^Created tea-room\/\. Next steps:\n +cd tea-room\n +npm install\n +npm run dev\n$/,
      );
      place.link("tea-room/node_modules", join(place.path, "modules"));
      mkdirSync(join(place.path, "modules"));
      place.link("modules/parlor", root);
      place.link("modules/zod", join(root, "node_modules/zod"));
      const checked = await parlor(["check", "tea-room"], { cwd: place.path }).ended;
      expect(checked.out + checked.err).toMatch(/(?:^|\n)0 problems, 0 warnings in \d+ routes\n$/);
      place.remove();
    },
  );

  test("--version loads only what it needs", async () => {
    const { stderr } = spawnSync(process.execPath, [join(root, "bin/parlor.js"), "--version"], {
      env: { ...process.env, NODE_DEBUG: "esm,module" },
      encoding: "utf8",
    });
    expect(stderr).toContain("commander");
    expect(stderr).not.toMatch(/node_modules\/(esbuild|ws|pino|chokidar|acorn|croner|sirv)\//);
  });

  test("a checkout that is not built gets one line", () => {
    const place = new Folder();
    mkdirSync(join(place.path, "bin"));
    place.write("package.json", '{ "type": "module" }');
    copyFileSync(join(root, "bin/parlor.js"), join(place.path, "bin/parlor.js"));
    const { status, stderr } = spawnSync(process.execPath, [join(place.path, "bin/parlor.js")], {
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "parlor: parlor is not built; run npm run build first\n",
    });
    place.remove();
  });
});
