import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkApp, serve } from "../../src/server/serve.ts";
import { appFolderFrom, fillTemplate } from "../support/app-folder.ts";
import type { AppFolder } from "../support/app-folder.ts";
import { connect } from "../support/client.ts";

describe("the template bolt-ring of parlor new, served", () => {
  let app: AppFolder;
  let server: Awaited<ReturnType<typeof serve>>;
  const http = (path: string) => `http://127.0.0.1:${server.port}${path}`;
  const ws = (path: string) => connect(`ws://127.0.0.1:${server.port}${path}`);

  beforeAll(async () => {
    app = appFolderFrom("templates/bolt-ring");
    fillTemplate(app, "tea-room");
    server = await serve({ dir: app.dir, port: 0 });
  });
  afterAll(async () => {
    await server?.close();
    app.remove();
  });

  it("has no problems, no warnings, and the given name everywhere", async () => {
    const { problems, warnings, routes } = await checkApp(app.dir);
    expect([...problems, ...warnings]).toEqual([]);
    expect(routes.map(({ kind }) => kind).toSorted()).toEqual(["program", "static"]);
    expect(readdirSync("templates/bolt-ring")).toContain("_gitignore");
    for (const file of ["package.json", "README.md", "public/index.html"])
      expect(readFileSync(join(app.dir, file), "utf8")).not.toContain("{{");
    expect(await (await fetch(http("/"))).text()).toContain("<h1>tea-room</h1>");
  });

  it("carries a chat, and messages to it from HTTP", async () => {
    const ada = ws("/chat/tea");
    expect(await ada.next()).toBe("Welcome to tea. Send /name Ada to get a name.");
    ada.send("/name Ada");
    expect(await ada.next()).toBe("guest is now Ada");
    const bob = ws("/chat/tea");
    await bob.skip();
    bob.send("grüß dich");
    expect(await ada.next()).toBe("guest: grüß dich");
    const answer = await fetch(http("/rooms/tea"), { method: "POST", body: "Tea is ready" });
    expect(await answer.json()).toEqual({ reached: 2 });
    expect(await ada.next()).toBe("server: Tea is ready");
    const { people, connected } = (await (await fetch(http("/rooms/tea"))).json()) as Who;
    expect([people.toSorted(), connected]).toEqual([["Ada", "guest"], 2]);
    ada.close();
    await bob.skip(2);
    expect(await bob.next()).toBe("Ada left");
    bob.close();
  });
});

interface Who {
  readonly people: string[];
  readonly connected: number;
}
