import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RunningApp, folderOf } from "../../support/running-app.ts";
import { PLACES, serveOn, type ServedApp } from "../../support/served-app.ts";

/** What scripts note in a file, which outlives their hosts. */
class Notes {
  readonly file = join(folderOf({ notes: "" }), "notes");

  /** A script that can call `note(text)`. */
  script(text: string): string {
    const to = JSON.stringify(this.file);
    return `import { appendFileSync } from "node:fs";
      const note = (text) => appendFileSync(${to}, text + "\\n");\n${text}`;
  }

  get lines(): string[] {
    return readFileSync(this.file, "utf8").split("\n").filter(Boolean);
  }

  async has(line: string, times = 1): Promise<void> {
    await expect.poll(() => this.lines.filter((one) => one === line).length, { timeout: 10_000 }).toBe(times);
  }
}

const ROUTE = (name: string): string => `
  export const scope = "route";
  let isStarted = false;
  export async function onStart(...args) {
    note("start ${name} " + args.length);
    await null; await null;
    isStarted = true;
  }
  export async function onStop(...args) {
    await null;
    note("stop ${name} " + args.length);
  }
  export function onOpen(session) { session.send("open ${name} " + isStarted); }
  export function onReload(session, reason) { note("reload ${name} " + reason); session.send("reload ${name} " + isStarted); }
  export function onMessage(session, text) {
    if (text === "crash") process.exit(3);
    session.send("${name} " + text);
  }
  export function onClose() { note("close ${name}"); }`;

async function save(app: ServedApp, file: string, text: string): Promise<void> {
  writeFileSync(join(app.dir, file), text);
  await app.server.reload();
}

describe.each(PLACES)("on a host of kind %s", (place) => {
  test("onStart runs once, before the first event, and onStop after the last, at the end of the server", async () => {
    const notes = new Notes();
    const app = await serveOn(place, { "ws/tea.js": notes.script(ROUTE("a")) });
    const [one, two] = [await app.open("/ws/tea"), await app.open("/ws/tea")];
    expect([await one.next(), await two.next()]).toEqual(["open a true", "open a true"]);
    await app.server.close();
    expect(notes.lines).toEqual(["start a 0", "close a", "close a", "stop a 0"]);
  });

  test("onStop runs at the end of the server without a client", async () => {
    const notes = new Notes();
    const app = await serveOn(place, { "ws/tea.js": notes.script(ROUTE("a")) });
    const client = await app.open("/ws/tea");
    await client.next();
    client.close();
    await notes.has("close a");
    await app.server.close();
    expect(notes.lines).toEqual(["start a 0", "close a", "stop a 0"]);
  });

  test("a host that never started has no end", async () => {
    const notes = new Notes();
    const app = await serveOn(place, { "ws/tea.js": notes.script(ROUTE("a")) });
    await app.server.close();
    expect(notes.lines).toEqual([]);
  });

  test("the reload of a script starts the new version, moves the sessions, and stops the old one", async () => {
    const notes = new Notes();
    const app = await serveOn(place, { "ws/tea.js": notes.script(ROUTE("a")) });
    const client = await app.open("/ws/tea");
    expect(await client.next()).toBe("open a true");
    await save(app, "ws/tea.js", notes.script(ROUTE("b")));
    expect(await client.next()).toBe("reload b true");
    await notes.has("stop a 0");
    expect(notes.lines.slice(0, 2)).toEqual(["start a 0", "start b 0"]);
    client.send("hi");
    expect(await client.next()).toBe("b hi");
    await app.server.close();
    expect(notes.lines.filter((line) => !line.startsWith("reload"))).toEqual([
      ...["start a 0", "start b 0", "stop a 0", "close b", "stop b 0"],
    ]);
  });

  test.each([
    ["throws", `throw new Error("no database");`, "no database"],
    ["rejects", `await null; throw new Error("no database");`, "no database"],
  ])("an onStart that %s keeps the old version", async (_name, body, text) => {
    const notes = new Notes();
    const app = await serveOn(place, { "ws/tea.js": notes.script(ROUTE("a")) });
    const client = await app.open("/ws/tea");
    await client.next();
    const next = `export const scope = "route";\nexport async function onStart() { ${body} }\n
      export function onMessage() {}`;
    await save(app, "ws/tea.js", next);
    client.send("hi");
    expect(await client.next()).toBe("a hi");
    const line = await app.logged(/onStart: Error: no database/);
    expect(line.fields["at"]).toMatch(/^ws\/tea\.js:2:/);
    expect((await app.logged(/previous version stays/)).text).toContain(text);
    expect(notes.lines).toEqual(["start a 0"]);
  });

  test("a shared file starts before its script, once per host, and stops after it", async () => {
    const notes = new Notes();
    const app = await serveOn(place, {
      "shared/db.js": notes.script(`
        export let pool = null;
        export const onStart = async () => { await null; note("start db"); pool = "pool"; };
        export const onStop = () => note("stop db");`),
      "shared/all.js": `export * from "./db.js"; export { onStart, onStop } from "./db.js";`,
      "ws/tea.js": notes.script(`
        import { pool } from "../shared/all.js";
        export function onOpen(session) { session.send(String(pool)); }`),
      "ws/route.js": notes.script(`
        import { pool } from "../shared/db.js";
        export const scope = "route";
        export const onStart = () => note("start route " + pool);
        export const onStop = () => note("stop route");
        export function onOpen(session) { session.send(String(pool)); }`),
    });
    const clients = [await app.open("/ws/tea"), await app.open("/ws/tea")];
    for (const client of clients) expect(await client.next()).toBe("pool");
    await app.server.close();
    expect(notes.lines).toEqual(["start db", "stop db"]);
  });

  test("HTTP methods share one start; a request waits for it", async () => {
    const notes = new Notes();
    const app = await serveOn(place, {
      "http/tea.js": notes.script(`
        let cups = 0;
        export async function onStart() { await null; cups = 5; note("start"); }
        export function onStop() { note("stop " + cups); }
        export const GET = () => new Response(String(cups));
        export const POST = () => new Response(String(--cups));`),
    });
    expect(await app.text("/tea")).toBe("5");
    expect(await app.text("/tea", { method: "POST" })).toBe("4");
    await app.server.close();
    expect(notes.lines).toEqual(["start", "stop 4"]);
  });

  test("an HTTP script that does not start responds with 503 while the others serve", async () => {
    const app = await serveOn(place, {
      "http/bad.js": `
        let tries = 0;
        export function onStart() { throw new Error("no database"); }
        export const GET = () => new Response("bad");`,
      "http/good.js": `export const GET = () => new Response("good");`,
    });
    expect((await app.fetch("/bad")).status).toBe(503);
    expect(await app.text("/good")).toBe("good");
    await app.logged(/onStart: Error: no database/);
    writeFileSync(join(app.dir, "http/good.js"), `export const GET = () => new Response("better");`);
    await app.server.reload();
    expect(await app.text("/good")).toBe("better");
  });

  test("a throw in onStop is a fault and disturbs nothing", async () => {
    const notes = new Notes();
    const app = await serveOn(place, {
      "shared/db.js": notes.script(`export const onStop = () => note("stop db");`),
      "ws/tea.js": `
        import "../shared/db.js";
        export const scope = "route";
        export function onStop() { throw new Error("too late"); }
        export function onOpen(session) { session.send("open"); }`,
    });
    const client = await app.open("/ws/tea");
    await client.next();
    await app.server.close();
    await app.logged(/onStop: Error: too late/);
    expect(notes.lines).toEqual(["stop db"]);
  });

  test("messages of onStop still arrive", async () => {
    const app = await serveOn(place, {
      "ws/tea.js": `
        export const scope = "route";
        export function onStop() { diesel.getWebSocketService().room("all").broadcast("version ended"); }
        export function onOpen(session) { session.room("all").join(); session.send("open"); }`,
    });
    const client = await app.open("/ws/tea");
    await client.next();
    await save(app, "ws/tea.js", `export const scope = "route"; export function onMessage() {}`);
    expect(await client.next()).toBe("version ended");
  });

  test("a tick route with tickWhenEmpty starts before its first tick and does not tick after its stop", async () => {
    const notes = new Notes();
    const app = await serveOn(place, {
      "ws/game.js": notes.script(`
        export const tickRate = 100, tickWhenEmpty = true;
        export async function onStart() { await null; note("start"); }
        export function onTick(room, delta, tick) { if (tick < 3) note("tick"); if (isOver) note("late"); }
        let isOver = false;
        export async function onStop() { isOver = true; note("stop"); for (let i = 0; i < 50; i += 1) await new Promise(setImmediate); }`),
    });
    await notes.has("tick", 2);
    await app.server.close();
    expect(notes.lines).toEqual(["start", "tick", "tick", "stop"]);
  });

  test("the removal of a file stops its script", async () => {
    const notes = new Notes();
    const app = await serveOn(place, {
      "ws/tea.js": notes.script(ROUTE("a")),
      "ws/other.js": "export function onMessage() {}",
    });
    const client = await app.open("/ws/tea");
    await client.next();
    rmSync(join(app.dir, "ws/tea.js"));
    await app.server.reload();
    await notes.has("stop a 0");
    expect(notes.lines).toEqual(["start a 0", "close a", "stop a 0"]);
  });
});

describe.each(PLACES.filter((place) => place !== "inline"))("a crash on a host of kind %s", (place) => {
  test("starts again in the fresh host, and each version that a reload replaces stops once", async () => {
    const notes = new Notes();
    const app = await serveOn(place, { "ws/tea.js": notes.script(ROUTE("0")) });
    const client = await app.open("/ws/tea");
    expect(await client.next()).toBe("open 0 true");
    for (let round = 0; round < 3; round += 1) {
      client.send("crash");
      expect(await client.next()).toBe(`reload ${round} true`);
      await save(app, "ws/tea.js", notes.script(ROUTE(String(round + 1))));
      expect(await client.next()).toBe(`reload ${round + 1} true`);
      await notes.has(`stop ${round} 0`);
    }
    await app.server.close();
    const count = (what: string): number => notes.lines.filter((line) => line.startsWith(what)).length;
    expect([count("start"), count("stop"), count("close")]).toEqual([7, 4, 1]);
    for (const version of ["0", "1", "2"]) expect(count(`start ${version}`)).toBe(2);
    expect(count("start 3")).toBe(1);
  });

  test("an onStop that ends its host is logged", async () => {
    const app = await serveOn(place, {
      "ws/tea.js": `
        export const scope = "route";
        export async function onStop() { await null; process.exit(3); }
        export function onOpen(session) { session.send("open"); }`,
    });
    const client = await app.open("/ws/tea");
    await client.next();
    await app.server.close();
    await app.logged(/^\/ws\/tea crashed while its onStop ran \(its (thread|process) exited with code 3\)/);
  });

  test("an onStop that does not return is logged with its place, and ended", async () => {
    const app = await serveOn(
      place,
      {
        "ws/tea.js": `
export const scope = "route";
export function onStop() { for (;;); }
export function onOpen(session) { session.send("open"); }`,
      },
      { shutdownGrace: 1000 },
    );
    const client = await app.open("/ws/tea");
    await client.next();
    await app.server.close();
    const where = place === "thread" ? ", in onStop \\(ws/tea.js:3:\\d+\\)" : "";
    await app.logged(new RegExp(`^/ws/tea was ended while its onStop ran, after [\\d.]+ s${where}; look`));
  });

  test("a version whose onStart still runs when the server stops is not logged as reloaded", async () => {
    const notes = new Notes();
    const before = `export const scope = "route"; export function onOpen(session) { session.send("open"); }`;
    const app = await serveOn(place, { "ws/tea.js": before }, { shutdownGrace: 1000 });
    const client = await app.open("/ws/tea");
    await client.next();
    writeFileSync(
      join(app.dir, "ws/tea.js"),
      notes.script(`${before} export function onStart() { note("start"); for (;;); }`),
    );
    const reloaded = app.server.reload();
    await notes.has("start");
    await app.server.close();
    await reloaded;
    expect(app.log.texts.filter((text) => /reloaded/.test(text))).toEqual([]);
  });

  test("an onStart that fails at the first start closes clients with 1011, and is tried again", async () => {
    const notes = new Notes();
    const app = await serveOn(place, {
      "ws/tea.js": notes.script(`
        import { existsSync } from "node:fs";
        export const scope = "route";
        export function onStart() { if (!existsSync("${notes.file}.ok")) throw new Error("no database"); }
        export function onOpen(session) { session.send("open"); }`),
    });
    const client = app.connect("/ws/tea");
    expect(await client.closed).toMatchObject({ code: 1011 });
    await app.logged(/onStart failed: no database/);
    appendFileSync(`${notes.file}.ok`, "");
    await expect
      .poll(
        async () =>
          (await app
            .connect("/ws/tea")
            .next()
            .catch(() => "")) as string,
        { timeout: 10_000 },
      )
      .toBe("open");
  });
});

test("the routes of createServer start before their first event, and stop at close", async () => {
  const seen: string[] = [];
  const app = await RunningApp.embed({
    routes: {
      "/ws/tea": {
        onStart: async () => {
          await Promise.resolve();
          seen.push("start");
        },
        onOpen: (session) => {
          seen.push("open");
          session.send("hi");
        },
        onStop: () => void seen.push("stop"),
      },
    },
    http: { "/tea": { onStart: () => void seen.push("start http"), GET: () => new Response("tea") } },
  });
  const client = await app.open("/ws/tea");
  await client.next();
  await app.server.close();
  expect(seen).toEqual(["start", "start http", "open", "stop"]);
});

test.each([
  ["ws/tea.js", `export function onOpen() {}`, "each connection"],
  ["http/tea.js", `export function handleRequest() {}`, "each request"],
  ["cron/tea.js", `export const schedule = "0 0 1 1 *";`, "each run"],
])("%s with a smaller state is a contract error that points to shared/", async (file, text, owner) => {
  const dirFiles = {
    [file]: `${text}\nexport function onStart() {}`,
    "ws/ok.js": "export function onOpen() {}",
  };
  const app = await serveOn("thread", dirFiles);
  const [problem] = app.server.problems;
  expect(problem).toMatchObject({ file, code: "PARLOR_SCRIPT_CONTRACT" });
  expect(problem?.message).toContain(`onStart runs once per host, but ${owner} has a state of its own`);
  expect(problem?.message).toContain("shared/");
});
