import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../../src/server/serve.ts";
import { appFolderFrom } from "../support/app-folder.ts";

test("examples/chat refuses an announcement without the token of .env", async () => {
  const app = appFolderFrom("examples/chat");
  onTestFinished(() => {
    app.remove();
    delete process.env["ANNOUNCE_TOKEN"];
  });
  writeFileSync(join(app.dir, ".env"), "ANNOUNCE_TOKEN=darjeeling\n");
  const server = await serve({ dir: app.dir, port: 0, logLevel: "silent" });
  onTestFinished(() => server.close());
  const announce = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${server.url}/announce`, { method: "POST", body: "Tea is ready", headers })).status;
  expect(await announce({})).toBe(401);
  expect(await announce({ authorization: "Bearer assam" })).toBe(401);
  expect(await announce({ authorization: "Bearer darjeeling" })).toBe(200);
});
