import { basename, dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder, parlor } from "./support/parlor.ts";
import type { ParlorProcess } from "./support/parlor.ts";

describe("parlor run", () => {
  let app: Folder;
  let tmp: Folder;
  let server: ParlorProcess;

  // One server for all: its tasks are what differs. The last test stops it.
  beforeAll(async () => {
    tmp = new Folder();
    app = new Folder()
      .write("ws/chat.js", "export const onOpen = (session) => session.send('hi');\n")
      .write("tasks/hello.js", 'console.log("hello from the task");\nconsole.error("and a fault");\n')
      .write("tasks/bad.js", 'console.log("before");\nthrow new Error("the task broke");\n')
      .write("tasks/forever.js", 'console.log("started");\nfor (;;);\n')
      .write("tasks/ends-0.js", 'console.log("begins");\nprocess.exit(0);\n')
      .write("tasks/ends-3.js", 'console.log("begins");\nprocess.exit(3);\n')
      .write("tasks/crashes.js", "process.nextTick(() => null.x);\nawait new Promise(() => {});\n")
      .write(
        "tasks/waits.js",
        'console.log("started");\nawait new Promise(() => setInterval(() => {}, 1000));\n',
      );
    server = parlor(["serve", app.path, "--port", "0"], { tmp: tmp.path });
    await server.prints(/open http/);
  });
  afterAll(async () => {
    server.signal("SIGKILL");
    await server.ended;
    app.remove();
    tmp.remove();
  });

  const run = (task: string): ParlorProcess => parlor(["run", task, "--dir", app.path], { tmp: tmp.path });

  test("prints what the task logs and exits with 0", async () => {
    const { code, out, err } = await run("hello").ended;
    expect({ code, out }).toEqual({ code: 0, out: "hello from the task\n" });
    expect(err).toMatch(/^error and a fault/m);
  });

  test("exits with 1 when the task throws, and prints where", async () => {
    const { code, out, err } = await run("bad").ended;
    expect({ code, out }).toEqual({ code: 1, out: "before\n" });
    expect(err).toMatch(/the task broke.*tasks\/bad\.js:2/);
  });

  test.each([
    [3, /^error tasks\/ends-3\.js called process\.exit\(3\), so the task failed/m],
    [0, /^$/],
  ])("exits with %d when the task calls process.exit() with it", async (exitCode, line) => {
    const { code, out, err } = await run(`ends-${exitCode}`).ended;
    expect({ code, out }).toEqual({ code: exitCode, out: "begins\n" });
    expect(err).toMatch(line);
    expect(server.err).not.toMatch(/crashed/);
  });

  test("exits with 1, and prints one line, when the task crashes where no handler catches it", async () => {
    const { code, err } = await run("crashes").ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^error tasks\/crashes\.js crashed \(TypeError: .*null.*\), so the task failed.*\n$/);
  });

  test.each(["tasks/hello.js", "./tasks/hello.js", "hello.js", "tasks/hello"])("takes %s", async (task) => {
    const { code, out } = await run(task).ended;
    expect({ code, out }).toEqual({ code: 0, out: "hello from the task\n" });
  });

  test("takes the path of a task from another folder, and lists the tasks if none is named", async () => {
    const [cwd, name] = [dirname(app.path), basename(app.path)];
    const { code } = await parlor(["run", `${name}/tasks/hello.js`], { tmp: tmp.path, cwd }).ended;
    expect(code).toBe(0);
    expect((await parlor(["run"], { cwd: app.path }).ended).err).toBe(
      "parlor: missing required argument 'task'; name the task, as in: parlor run bad; there are: bad, crashes, ends-0, ends-3, forever, hello, waits\n",
    );
  });

  test("suggests the nearest name for a task that does not exist", async () => {
    const { code, err } = await run("helo").ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^parlor: .*helo.*hello/);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  test.each(["forever", "waits"])("stops the task %s at Ctrl-C, and the server continues", async (task) => {
    const running = run(task);
    await running.prints(/started/);
    running.signal("SIGINT");
    expect((await running.ended).code).toBe(130);
    expect((await run("hello").ended).code).toBe(0);
  });

  test("exits with 1 when the server stops", async () => {
    const running = run("waits");
    await running.prints(/started/);
    server.signal("SIGTERM");
    const { code, err } = await running.ended;
    expect({ code, err }).toEqual({ code: 1, err: "parlor: the server was stopped\n" });
    expect((await server.ended).code).toBe(0);
  });
});
