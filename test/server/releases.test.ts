import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { folderOf, RunningApp, type Files } from "../support/running-app.ts";

/** What each release has; `NAME` is its own name. */
const RELEASE: Files = {
  "ws/a.ts": `import { name } from "dep"; export const onOpen = (session) => session.send(name + " " + process.env.RELEASE);`,
  "ws/same.ts": `import { basename } from "node:path"; export const onOpen = (session) => session.send(basename(process.cwd()) && import.meta.dirname);`,
  "http/file.ts": `export const GET = async () => new Response((await import("node:fs")).readFileSync(import.meta.dirname + "/../data.txt", "utf8"));`,
  "node_modules/dep/index.js": `exports.name = "dep of NAME";`,
  "public/page.txt": "page of NAME",
  "data.txt": "data of NAME",
  ".env": "RELEASE=NAME",
};

class Releases {
  readonly top = folderOf({ "releases/empty.txt": "" });
  readonly link = join(this.top, "current");

  constructor(first: string) {
    this.make(first);
    this.turnTo(first);
  }

  make(name: string, more: Files = {}): void {
    for (const [path, text] of Object.entries({ ...RELEASE, ...more })) {
      const file = join(this.top, "releases", name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text.replaceAll("NAME", name));
    }
  }

  turnTo(name: string): void {
    symlinkSync(join("releases", name), `${this.link}.new`);
    renameSync(`${this.link}.new`, this.link);
  }

  remove(name: string): void {
    rmSync(join(this.top, "releases", name), { recursive: true });
  }
}

async function sentBy(app: RunningApp, path: string): Promise<unknown> {
  const client = await app.open(path);
  const message = await client.next();
  client.close();
  return message;
}

async function expectRelease(app: RunningApp, name: string, { top }: Releases): Promise<void> {
  expect(await sentBy(app, "/ws/a")).toBe(`dep of ${name} ${name}`);
  expect(await sentBy(app, "/ws/same")).toBe(join(top, "releases", name, "ws"));
  expect(await app.text("/file")).toBe(`data of ${name}`);
  expect(await app.text("/page.txt")).toBe(`page of ${name}`);
}

// A closed server leaves the variables of its .env in the environment of the process.
afterEach(() => void delete process.env["RELEASE"]);

describe("an app behind a link that is turned to another release", () => {
  test("a reload serves the release that the link leads to by then: scripts, packages, files and .env", async () => {
    const releases = new Releases("r1");
    const app = await RunningApp.serve(releases.link);
    await expectRelease(app, "r1", releases);
    releases.make("r2");
    releases.turnTo("r2");
    await app.server.reload();
    await expectRelease(app, "r2", releases);
    // Back again, after the newer release was deleted.
    releases.turnTo("r1");
    releases.remove("r2");
    await app.server.reload();
    await expectRelease(app, "r1", releases);
  });

  test("sessions stay connected, also if the code is the same", async () => {
    const releases = new Releases("r1");
    releases.make("r2");
    const app = await RunningApp.serve(releases.link);
    const client = await app.open("/ws/a");
    await client.next();
    releases.turnTo("r2");
    await app.server.reload();
    expect(app.server.health.sessions).toBe(1);
    await expectRelease(app, "r2", releases);
  });

  test("a reload of one route serves the whole release", async () => {
    const releases = new Releases("r1");
    releases.make("r2");
    const app = await RunningApp.serve(releases.link);
    releases.turnTo("r2");
    await app.server.reload("/ws/a");
    await expectRelease(app, "r2", releases);
  });

  test("static files of a release without public/ are gone, and come with the next", async () => {
    const releases = new Releases("r1");
    releases.make("bare");
    rmSync(join(releases.top, "releases/bare/public"), { recursive: true });
    releases.turnTo("bare");
    const app = await RunningApp.serve(releases.link);
    expect((await app.fetch("/page.txt")).status).toBe(404);
    releases.turnTo("r1");
    await app.server.reload();
    await expectRelease(app, "r1", releases);
    releases.turnTo("bare");
    await app.server.reload();
    expect((await app.fetch("/page.txt")).status).toBe(404);
  });

  test("the watch of dev follows the link", async () => {
    const releases = new Releases("r1");
    releases.make("r2");
    const app = await RunningApp.serve(releases.link, { watch: true });
    releases.turnTo("r2");
    await expect.poll(() => app.text("/page.txt"), { timeout: 15_000 }).toBe("page of r2");
    await expectRelease(app, "r2", releases);
  });

  test("a link within the path is resolved again, too", async () => {
    const releases = new Releases("r1");
    for (const name of ["r1", "r2"]) releases.make(`${name}/app`);
    const app = await RunningApp.serve(join(releases.link, "app"));
    releases.turnTo("r2");
    await app.server.reload();
    expect(await app.text("/page.txt")).toBe("page of r2/app");
  });
});
