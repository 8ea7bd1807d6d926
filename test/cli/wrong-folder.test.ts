import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { recordingTerminal } from "./support/recording-terminal.ts";
import { Folder, parlor, type Ended } from "./support/parlor.ts";

const WS = "export function onMessage(session, text) { session.send(text); }\n";

describe("a folder in which no script is found", () => {
  let place: Folder;

  beforeEach(() => {
    place = new Folder();
  });
  afterEach(() => place.remove());

  const parlorIn = (below: string, ...args: string[]): Promise<Ended> =>
    parlor(args, { cwd: join(place.path, below) }).ended;
  const line = (hint: string, dir = "."): object => ({
    code: 1,
    out: "",
    err: `parlor: ${dir}: the app folder has no scripts; ${hint} [PARLOR_APP_EMPTY]\n`,
  });
  // A server that does not start says so in its log.
  const entryOf = ({ code, err }: Ended): { code: number | null; entry: unknown } => ({
    code,
    entry: JSON.parse(err) as unknown,
  });
  const entry = (hint: string, dir = "."): object => ({
    code: "PARLOR_APP_EMPTY",
    msg: `${dir}: the app folder has no scripts; ${hint}`,
  });

  test.each(["serve", "dev", "check", "routes"])(
    "parlor %s names the folder in it that is an app",
    async (command) => {
      place.write("tea/ws/chat.js", WS).write("readme.md", "");
      const hint = "did you mean tea?";
      const ended = await parlorIn(".", command);
      if (["check", "routes"].includes(command)) expect(ended).toMatchObject(line(hint));
      else expect(entryOf(ended)).toMatchObject({ code: 1, entry: entry(hint) });
    },
  );

  test("apps two levels below are named", async () => {
    place
      .write("examples/chat/ws/a.js", WS)
      .write("examples/game/http/b.js", "")
      .write("node_modules/x/ws/c.js", WS);
    const { err } = await parlorIn(".", "check");
    expect(err).toContain(`; did you mean ${join("examples/chat")} or ${join("examples/game")}? [`);
  });

  test.each(["ws", "public", "ws/rooms"])("the app above %s is named", async (below) => {
    place.write("ws/rooms/a.js", WS).write("public/index.html", "");
    const above = below === "ws/rooms" ? "../.." : "..";
    expect(await parlorIn(below, "check")).toMatchObject(
      line(`did you mean ${above}, the app that this folder belongs to?`),
    );
    const hint = "did you mean ., the app that this folder belongs to?";
    expect(entryOf(await parlorIn(".", "serve", below)).entry).toMatchObject(entry(hint, below));
  });

  test.each([
    ["websocket/chat.js", WS, "rename websocket/ to ws/"],
    ["sockets/chat.js", WS, "rename sockets/ to ws/"],
    ["routes/chat.js", WS, "rename routes/ to ws/"],
    ["routes/notes.js", "export const GET = () => new Response();\n", "rename routes/ to http/"],
    ["api/notes.ts", "export async function GET() { return new Response(); }\n", "rename api/ to http/"],
    ["WS/chat.js", WS, "rename WS/ to ws/"],
    ["jobs/nightly.ts", 'export const schedule = "0 3 * * *";\n', "rename jobs/ to cron/"],
    ["task/shout.ts", "console.log(1);\n", "rename task/ to tasks/"],
    ["static/index.html", "<p>hello", "rename static/ to public/"],
    ["chat.ts", WS, "move chat.ts to ws/chat.ts"],
    ["hello.ring", "", "add one, for example ws/chat.ts, or create an app with: parlor new NAME"],
    ["lib/plain.ts", WS, "add one, for example ws/chat.ts, or create an app with: parlor new NAME"],
  ])("%s gets a line that says what to do with it", async (file, text, hint) => {
    place.write(file, text);
    // In this process: what differs is the line. The others start the command in the folder.
    const terminal = recordingTerminal();
    const code = await main(["check", place.path], terminal);
    const [err] = terminal.errLines;
    expect({ code, out: "", err: `${err}\n` }).toEqual(line(hint, place.path));
    expect([terminal.outLines, terminal.errLines.length]).toEqual([[], 1]);
  });
});

describe("an app with scripts", () => {
  let app: Folder;

  beforeEach(() => {
    app = new Folder().write("http/hello.js", "export const GET = () => new Response();\n");
  });
  afterEach(() => app.remove());

  test("gets a warning for a folder and a file in the wrong place, if their code shows what they are", async () => {
    app.write("websockets/chat.ts", WS).write("tick.js", "export const onTick = () => {};\n");
    app.write("jobs/plain.ts", "export const a = 1;\n").write("helper.ts", "export const b = 2;\n");
    app.write("vitest.config.ts", "export const onMessage = 1;\n");
    const { code, out } = await parlor(["check"], { cwd: app.path }).ended;
    expect(code).toBe(0);
    expect(out.split("\n").sort()).toEqual([
      "",
      "0 problems, 2 warnings in 1 route",
      "warn  tick.js: not served, because scripts lie in folders; move it to ws/tick.js [PARLOR_FILE_PLACE]",
      "warn  websockets: not served, because Parlor does not know a folder of this name; rename it to ws/ [PARLOR_FILE_PLACE]",
    ]);
  });

  test("an app that has both folders gets no warning", async () => {
    app.write("ws/chat.ts", WS).write("sockets/chat.ts", WS);
    const { out } = await parlor(["check"], { cwd: app.path }).ended;
    expect(out).toBe("0 problems, 0 warnings in 2 routes\n");
  });
});

test("an app with nothing but public/ is served without a problem", async () => {
  const app = new Folder().write("public/index.html", "<p>hello");
  try {
    expect(await parlor(["check"], { cwd: app.path }).ended).toMatchObject({ code: 0, err: "" });
    const server = parlor(["serve", "--port", "0"], { cwd: app.path });
    const [, url = ""] = await server.prints(/^open (http:\S+)$/m);
    expect(await (await fetch(url)).text()).toBe("<p>hello");
    server.signal("SIGTERM");
    const { code, out } = await server.ended;
    expect({ code, hasProblem: /error|APP_EMPTY/.test(out) }).toEqual({ code: 0, hasProblem: false });
  } finally {
    app.remove();
  }
});
