import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Folder, parlor } from "./support/parlor.ts";

describe("parlor check and parlor routes", () => {
  let app: Folder;

  beforeEach(() => {
    app = new Folder().write("ws/good.js", "export const onOpen = (session) => session.send('hi');\n");
  });
  afterEach(() => app.remove());

  test("parlor check exits with 0 for an app without problems", async () => {
    const { code, out } = await parlor(["check", app.path]).ended;
    expect({ code, out }).toEqual({ code: 0, out: "0 problems, 0 warnings in 1 route\n" });
  });

  test("parlor check prints a line with its code for each problem and each warning", async () => {
    app.write("ws/bad.js", "export const onOpen = (\n");
    app.write(
      "ws/shared.js",
      "let n = 0;\nexport const onMessage = (session) => session.send(String(++n));\n",
    );
    const { code, out } = await parlor(["check", app.path]).ended;
    expect(code).toBe(1);
    expect(out).toMatch(/^error .*bad\.js:\d+:\d+: .* \[PARLOR_SCRIPT_SYNTAX\]$/m);
    expect(out).toMatch(/^warn .*shared\.js:1:\d+: .*scope.* \[PARLOR_SHARED_STATE\]$/m);
    expect(out).toMatch(/^1 problem, 1 warning in \d routes$/m);
  });

  test("parlor check warns of one state per node if the environment names a cluster, which scripts do not see", async () => {
    app.write(
      "ws/shared.js",
      `export const scope = "route";
       if (process.env.PARLOR_CLUSTER !== undefined) throw new Error("seen");
       export const onMessage = (session) => session.send("hi");`,
    );
    const shell = 'PARLOR_CLUSTER=redis://:secret@127.0.0.1:1 exec "$@"';
    const { code, out } = await parlor(["check", app.path], { shell }).ended;
    expect(out).toMatch(/^warn .*shared\.js: has one state .* \[PARLOR_STATE_PER_NODE\]$/m);
    expect({ code, isShown: out.includes("secret") }).toEqual({ code: 0, isShown: false });
  });

  test("parlor check --json prints the problems as JSON", async () => {
    app.write("ws/bad.js", "export const onOpen = (\n");
    const { code, out } = await parlor(["check", app.path, "--json"]).ended;
    expect(code).toBe(1);
    const { ok, problems } = JSON.parse(out);
    expect({ ok, file: problems[0].file, number: problems.length }).toEqual({
      ok: false,
      file: "ws/bad.js",
      number: 1,
    });
  });

  test.each([
    ["a folder that does not exist", "missing", "PARLOR_APP_MISSING"],
    ["a folder without scripts", "empty", "PARLOR_APP_EMPTY"],
    ["a file", "ws/good.js", null],
  ])("parlor check --json of %s prints JSON", async (_what, name, problemCode) => {
    app.write("empty/notes.txt", "");
    const { code, out, err } = await parlor(["check", join(app.path, name), "--json"]).ended;
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(JSON.parse(out)).toMatchObject({ ok: false, problems: [{ file: ".", code: problemCode }] });
  });

  test("parlor routes prints the table of routes, and --json the same as JSON", async () => {
    app.write("ws/game.js", "export const tickRate = 20;\nexport const onTick = () => {};\n");
    const { code, out } = await parlor(["routes", app.path]).ended;
    expect(code).toBe(0);
    expect(out).toMatch(/^ws +\/ws\/good +ws\/good\.js +\w{8} +connection /m);
    expect(out).toMatch(/^ws +\/ws\/game +ws\/game\.js +\w{8} +route .*20 ticks\/s$/m);
    const json = await parlor(["routes", app.path, "--json"]).ended;
    expect(JSON.parse(json.out)).toHaveLength(2);
  });

  test.each(["check", "routes"])("parlor %s refuses a folder that does not exist", async (command) => {
    const { code, out, err } = await parlor([command, "/nowhere/at/all"]).ended;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^parlor: .*\/nowhere\/at\/all.*\n$/);
  });
});
