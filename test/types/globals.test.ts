import { copyFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appFolderFrom } from "../support/app-folder.ts";
import type { AppFolder } from "../support/app-folder.ts";
import { completions, typeErrors } from "../support/typescript-app.ts";

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

  it("complete the session of a JavaScript handler", () => {
    expect(completions(app.dir, "handlers.js", "session.send(session.")).toContain("getParameter");
  });

  it("agree with what scripts are given", () => {
    expect(typeErrors(resolve("test/types/fixtures/dialect"))).toEqual([]);
  });
});
