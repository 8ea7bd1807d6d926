import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openSite, requestText, type Site } from "./http-fixture.ts";
import { skips } from "../../support/require.ts";

const top = mkdtempSync(join(tmpdir(), "parlor-static-"));
const folder = join(top, "public");
const files: Record<string, string> = {
  "public/index.html": "<h1>home</h1>",
  "public/about.html": "<h1>about</h1>",
  "public/app.js": "let a;",
  "public/notes 100%.txt": "percent",
  "public/über.txt": "umlaut",
  "public/LICENSE": "free",
  "public/a#b.txt": "hash",
  "public/a?b.txt": "question mark",
  "public/a": "not the file that was asked for",
  "public/game/index.html": "<h1>game</h1>",
  "public/empty/only.txt": "only",
  "public/.env": "SECRET",
  "public/.git/config": "SECRET",
  "public/sub/.hidden.html": "SECRET",
  "public/.well-known/security.txt": "mail us",
  "public/digits.txt": "0123456789",
  "secret.txt": "SECRET",
  "publicly/secret.txt": "SECRET",
  "http/notify.ts": "SECRET",
};

let site: Site;
beforeAll(() => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(top, name, ".."), { recursive: true });
    writeFileSync(join(top, name), text);
  }
  symlinkSync(join(top, "secret.txt"), join(folder, "link.txt"));
  symlinkSync(join(top, "publicly"), join(folder, "linked"));
  symlinkSync(top, join(folder, "up"));
  symlinkSync(join(folder, "about.html"), join(folder, "inside.html"));
  symlinkSync("loop", join(folder, "loop"));
  symlinkSync("nowhere", join(folder, "dangling"));
});
afterAll(() => rmSync(top, { recursive: true }));
beforeEach(async () => void (site = await openSite({ publicDir: folder })));
afterEach(() => site.close());

/** As it is written, because `fetch` tidies paths. */
function ask(line: string, ...headers: string[]): Promise<string> {
  return site.raw(requestText(line, ...headers, "Connection: close")).ended;
}

function bodyOf(heard: string): string {
  return heard.slice(heard.indexOf("\r\n\r\n") + 4);
}

describe("a file in public", () => {
  test.each([
    ["/", "<h1>home</h1>", "text/html; charset=utf-8"],
    ["/?x=1", "<h1>home</h1>", "text/html; charset=utf-8"],
    ["/index.html", "<h1>home</h1>", "text/html; charset=utf-8"],
    ["/about", "<h1>about</h1>", "text/html; charset=utf-8"],
    ["/app.js", "let a;", "text/javascript; charset=utf-8"],
    ["/notes%20100%25.txt", "percent", "text/plain; charset=utf-8"],
    ["/%C3%BCber.txt", "umlaut", "text/plain; charset=utf-8"],
    ["/game/", "<h1>game</h1>", "text/html; charset=utf-8"],
    ["/.well-known/security.txt", "mail us", "text/plain; charset=utf-8"],
    ["/inside.html", "<h1>about</h1>", "text/html; charset=utf-8"],
    ["/LICENSE", "free", "application/octet-stream"],
    ["/a%23b.txt", "hash", "text/plain; charset=utf-8"],
    ["/a%3Fb.txt", "question mark", "text/plain; charset=utf-8"],
  ])("is served at %s", async (path, text, type) => {
    const heard = await ask(`GET ${path}`);
    expect(heard).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(heard.toLowerCase()).toContain(`\r\ncontent-type: ${type}\r\n`);
    expect(heard).toContain("x-content-type-options: nosniff");
    expect(bodyOf(heard)).toBe(text);
  });

  test("is below the scripts", async () => {
    site.front.routes.set("/about", { script: "http /about", route: "/about", params: null });
    site.front.onDeliver = ({ request }) => {
      site.http.scripts.respond(request, { status: 200, headers: [] });
      site.http.scripts.write(request, "script", true);
    };
    expect(bodyOf(await ask("GET /about"))).toBe("script");
    expect(bodyOf(await ask("GET /about.html"))).toBe("<h1>about</h1>");
  });

  test("is served under a path that ends with a slash when it is an index, so that its links work", async () => {
    const heard = await ask("GET /game?level=1");
    expect(heard).toMatch(/^HTTP\/1.1 301 [^]*\r\nlocation: \/game\/\?level=1\r\n/i);
  });

  test("answers HEAD with its length and no body", async () => {
    const heard = await ask("HEAD /about.html");
    expect(heard).toMatch(/^HTTP\/1.1 200 [^]*content-length: 14\r\n[^]*\r\n\r\n$/i);
  });

  test("is not sent again when the client has it", async () => {
    utimesSync(join(folder, "about.html"), 2, 2);
    const tag = /etag: (.*)\r\n/i.exec(await ask("GET /about.html"))![1];
    expect(await ask("GET /about.html", `If-None-Match: ${tag}`)).toMatch(/^HTTP\/1.1 304 [^]*\r\n\r\n$/);
    utimesSync(join(folder, "about.html"), 1, 1);
    expect(await ask("GET /about.html", `If-None-Match: ${tag}`)).toMatch(/^HTTP\/1.1 200 /);
  });

  test("is served as it is now when it was made or changed after the start", async () => {
    writeFileSync(join(folder, "later.txt"), "one");
    expect(bodyOf(await ask("GET /later.txt"))).toBe("one");
    writeFileSync(join(folder, "later.txt"), "longer");
    expect(bodyOf(await ask("GET /later.txt"))).toBe("longer");
    rmSync(join(folder, "later.txt"));
    expect(await ask("GET /later.txt")).toMatch(/^HTTP\/1.1 404 /);
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])("is not for %s", async (method) => {
    const heard = await ask(`${method} /about`);
    expect(heard).toMatch(/^HTTP\/1.1 405 [^]*\r\nallow: GET, HEAD\r\n/i);
    expect(await ask(`${method} /nothing`)).toMatch(/^HTTP\/1.1 404 /);
  });

  test.each([
    ["bytes=2-4", 206, "234"],
    ["bytes=7-", 206, "789"],
    ["bytes=7-99", 206, "789"],
    ["bytes=-3", 206, "789"],
    ["bytes=4-2", 416, "range not satisfiable\n"],
    ["bytes=1-2,4-5", 200, "0123456789"],
    ["bytes=x", 200, "0123456789"],
    ["bytes=99999999999999999999-", 416, "range not satisfiable\n"],
    ["bytes=50-", 416, "range not satisfiable\n"],
  ])("answers the range %s with %i", async (range, status, text) => {
    const heard = await ask("GET /digits.txt", `Range: ${range}`);
    expect(heard).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(bodyOf(heard)).toBe(text);
  });

  test("has the part and the whole length in its headers when it is sent in part", async () => {
    expect(await ask("GET /digits.txt", "Range: bytes=5-6")).toMatch(/\r\ncontent-range: bytes 5-6\/10\r\n/i);
    expect(await ask("GET /digits.txt", "Range: bytes=50-")).toMatch(/\r\ncontent-range: bytes \*\/10\r\n/i);
  });

  test("is sent whole to a client that resumes another version, and in part to one that resumes this one", async () => {
    const tag = /etag: (.*)\r\n/i.exec(await ask("GET /digits.txt"))![1];
    expect(bodyOf(await ask("GET /digits.txt", "Range: bytes=5-", 'If-Range: "old"'))).toBe("0123456789");
    expect(bodyOf(await ask("GET /digits.txt", "Range: bytes=5-", `If-Range: ${tag}`))).toBe("56789");
  });

  test("is refused with 412 when it is not the version that If-Match names, without the file's headers", async () => {
    const heard = await ask("GET /digits.txt", 'If-Match: "old"');
    expect(heard).toMatch(/^HTTP\/1.1 412 [^]*\r\n\r\nprecondition failed\n$/);
    expect(heard).not.toMatch(/etag|last-modified/i);
  });

  test("may be kept by clients, who ask before each use", async () => {
    expect(await ask("GET /digits.txt")).toContain("\r\ncache-control: no-cache\r\n");
  });
});

describe("a path without a public file", () => {
  test.each([
    "/.env",
    "/%2eenv",
    "/.git/config",
    "/sub/.hidden.html",
    "/sub/.hidden",
    "/.well-knownx",
    "/link.txt",
    "/linked/secret.txt",
    "/up/secret.txt",
    "/up/http/notify.ts",
    "/loop",
    "/dangling",
    "/../secret.txt",
    "/../publicly/secret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/%252e%252e/secret.txt",
    "//secret.txt",
    "/about.html%00",
    "/about.html/",
    "/about.html/x",
    "/empty",
    "/empty/",
    "/__proto__",
    `/${"a".repeat(5000)}`,
  ])("gets 404: %s", async (path) => {
    const heard = await ask(`GET ${path}`);
    expect(heard).toMatch(/^HTTP\/1.1 404 Not Found\r\n/);
    expect(bodyOf(heard)).toBe("not found\n");
  });

  test.skipIf(skips(process.getuid?.() === 0, "root may read every file"))(
    "gets 404 for a file that may not be read",
    async () => {
      writeFileSync(join(folder, "locked.txt"), "locked", { mode: 0 });
      expect(await ask("GET /locked.txt")).toMatch(/^HTTP\/1.1 404 /);
      chmodSync(join(folder, "locked.txt"), 0o600);
    },
  );

  test("gets 404 when the folder does not exist", async () => {
    await site.close();
    site = await openSite({ publicDir: join(top, "missing") });
    expect(await ask("GET /about")).toMatch(/^HTTP\/1.1 404 /);
  });
});

describe("a large file", () => {
  test("reaches its reader", async () => {
    const large = Buffer.alloc(8 * 1024 * 1024, "x");
    writeFileSync(join(folder, "large.bin"), large);
    const answer = await fetch(`${site.url}/large.bin`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(large)).toBe(true);
  });

  test("is not read for HEAD", async () => {
    makeEndless();
    expect(await ask("HEAD /endless.bin")).toMatch(/content-length: 1099511627776\r\n/i);
  });

  test.skipIf(skips(process.platform !== "linux", "open files are read from /proc of Linux"))(
    "is closed when its reader leaves",
    async () => {
      makeEndless();
      const leaving = site.raw(requestText("GET /endless.bin"));
      await leaving.hears("\r\n\r\n");
      expect(openFiles()).toContain(join(folder, "endless.bin"));
      leaving.socket.destroy();
      while (openFiles().includes(join(folder, "endless.bin"))) await setImmediate();
    },
  );
});

// A hole of 1 TiB, which takes hours to read and no place.
function makeEndless(): void {
  writeFileSync(join(folder, "endless.bin"), "");
  truncateSync(join(folder, "endless.bin"), 2 ** 40);
}

function openFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}
