import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appFolderFrom } from "../support/app-folder.ts";
import type { AppFolder } from "../support/app-folder.ts";
import { completions, hovers, typeErrors } from "../support/typescript-app.ts";

describe("the types of the editor, in an app with the template's tsconfig", () => {
  let app: AppFolder;

  beforeAll(() => {
    app = appFolderFrom("test/types/fixtures");
    copyFileSync(resolve("templates/app/tsconfig.json"), join(app.dir, "app-tsconfig.json"));
  });
  afterAll(() => app.remove());

  it("take every published call without an import, and refuse the wrong ones", () => {
    expect(typeErrors(app.dir)).toEqual([]);
  });

  it("complete diesel, a session and Results", () => {
    expect(completions(app.dir, "right.ts", "const ws = diesel.")).toEqual([
      "base64ToString",
      "getWebSocketService",
      "randomUUID",
      "stringToBase64",
    ]);
    expect(completions(app.dir, "right.ts", "const user: string = session.")).toContain("getPathParameter");
    expect(completions(app.dir, "right.ts", "return Results.")).toContain("redirectTemporary");
  });

  it("show over each name of a script what it does, and an example", () => {
    const types = readFileSync(resolve("types/globals.d.ts"), "utf8");
    const aliases = [...types.matchAll(/^type (\w+)/gm)].map(([, name = ""]) => name);
    const forExports = aliases.filter(
      (name) =>
        !/^(?:WebSocketMessage|UpgradeAnswer|HttpHandlers|ReloadReason|UpgradeHeaders|AnyMessages|InputOf|OutputOf|ReplyOf|CallSchemas|NameIn|DataIn|HandlersByName)$/.test(
          name,
        ),
    );
    const names = ["diesel", "Results", ...forExports];
    writeFileSync(
      join(app.dir, "hovers.ts"),
      [...names.slice(0, 2), ...forExports.map((name) => `type My${name} = ${name};`)].join("\n"),
    );
    const shown = hovers(app.dir, "hovers.ts", names);
    rmSync(join(app.dir, "hovers.ts"));
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(shown.get(name)).toMatch(/^[^]{25,}\n@example .+/);
  });

  it("show an example over the calls that every script makes", () => {
    const calls = ["send", "room", "broadcast", "join", "getParameter"];
    const shown = hovers(app.dir, "right.ts", calls);
    for (const name of calls) expect(shown.get(name)).toMatch(/^[^]{15,}/);
    expect(shown.get("send")).toContain("@example session.send(");
    expect(shown.get("room")).toContain('@example session.room("lobby").join();');
  });

  it("say what a name does, and not where its API was published", () => {
    const types = readFileSync(resolve("types/globals.d.ts"), "utf8");
    expect(types.match(/Published/g)).toBeNull();
  });

  it("have a text over every member and every type", () => {
    const lines = readFileSync(resolve("types/globals.d.ts"), "utf8").split("\n");
    const isDeclaration = (line: string): boolean =>
      /^(?:type|interface|declare const) \w|^  (?:readonly )?\w+\??[(:]/.test(line);
    const bare = lines.filter(
      (line, at) => isDeclaration(line) && !/(?:\*\/|^ *\/\/.*)$/.test(lines[at - 1] ?? ""),
    );
    expect(bare).toEqual([]);
  });

  it("complete the session of a JavaScript handler", () => {
    expect(completions(app.dir, "handlers.js", "session.send(session.")).toContain("getParameter");
  });

  it("agree with what scripts are given", () => {
    expect(typeErrors(resolve("test/types/fixtures/dialect"))).toEqual([]);
  });
});
