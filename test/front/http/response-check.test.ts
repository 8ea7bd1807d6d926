import { REFUSALS } from "../../../src/boundary/errors/refusals.ts";
import { afterEach, describe, expect, test } from "vitest";
import type { ResponseHead } from "../../../src/boundary/commands.ts";
import { openSite, requestText, type RawClient, type Site, type SiteOptions } from "./http-fixture.ts";

const OK: ResponseHead = { status: 200, headers: [] };

let site: Site;
afterEach(() => site.close());

async function open(options: SiteOptions = {}): Promise<Site> {
  return (site = await openSite(options));
}

/** A request that has been delivered and waits for its answer. */
async function ask(line = "GET /notify", ...headers: string[]): Promise<{ ref: number; client: RawClient }> {
  const before = site.front.delivered.length;
  const client = site.raw(requestText(line, ...headers));
  await site.front.until(() => site.front.delivered.length > before);
  return { ref: site.front.delivered[before]!.head.request, client };
}

describe("a streamed response", () => {
  test("leaves in parts, its head before its first part", async () => {
    await open();
    const { ref, client } = await ask("GET /notify", "Connection: close");
    site.http.scripts.respond(ref, OK);
    await client.hears("\r\n\r\n");
    for (const part of ["one", "two"]) {
      site.http.scripts.write(ref, part, false);
      await client.hears(part);
    }
    site.http.scripts.write(ref, null, true);
    expect(await client.ended).toMatch(
      /transfer-encoding: chunked[^]*\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/i,
    );
    expect(site.front.aborted).toEqual([]);
  });

  test("ends when the client leaves: one abort is reported, and later parts have no effect", async () => {
    await open();
    const { ref, client } = await ask();
    site.http.scripts.respond(ref, OK);
    site.http.scripts.write(ref, "one", false);
    await client.hears("one");
    client.socket.destroy();
    await site.front.until(() => site.front.aborted.length > 0);
    site.http.scripts.write(ref, "two", false);
    site.http.scripts.write(ref, "three", true);
    site.http.scripts.fail(ref, REFUSALS.SCRIPT_FAILED);
    expect(site.front.aborted).toEqual([ref]);
  });

  test("is cut when the client does not read it", async () => {
    await open({ unsentLimit: 100_000 });
    const { ref, client } = await ask();
    client.socket.pause();
    site.http.scripts.respond(ref, OK);
    const part = new Uint8Array(1024 * 1024);
    for (let n = 0; n < 100 && site.front.limits.length === 0; n++) {
      site.http.scripts.write(ref, part, false);
    }
    site.http.scripts.write(ref, part, false);
    site.http.scripts.write(ref, part, true);
    await site.front.until(() => site.front.aborted.length > 0);
    expect(site.front.aborted).toEqual([ref]);
    expect(site.front.limits).toEqual(["unsentResponse 100000 127.0.0.1"]);
  });

  test("longer than the bound reaches a client that reads it", async () => {
    await open({ unsentLimit: 100_000 });
    const { ref, client } = await ask("GET /notify", "Connection: close");
    site.http.scripts.respond(ref, OK);
    for (let n = 0; n < 20; n++) {
      site.http.scripts.write(ref, `${n}.`.padEnd(50_000, "x"), false);
      await client.hears(new RegExp(`${n}\\.x{49000}`));
    }
    site.http.scripts.write(ref, null, true);
    expect((await client.ended).length).toBeGreaterThan(1_000_000);
    expect(site.front.faults).toEqual([]);
  });
});

describe("an answer without a body", () => {
  test.each([
    ["HEAD /notify", 200, "content-length: 5"],
    ["GET /notify", 204, null],
    ["GET /notify", 304, null],
  ])("%s with %i carries none, whatever the script writes", async (line, status, header) => {
    await open();
    const { ref, client } = await ask(line, "Connection: close");
    site.http.scripts.respond(ref, { status, headers: [] });
    site.http.scripts.write(ref, "hello", true);
    const heard = await client.ended;
    expect(heard).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(heard).toMatch(/\r\n\r\n$/);
    if (header !== null) expect(heard).toContain(header);
    else expect(heard).not.toMatch(/content-length|transfer-encoding/i);
    expect(site.front.faults).toEqual([]);
  });

  test("is not taken for one that is too short", async () => {
    await open();
    const { ref, client } = await ask("HEAD /notify", "Connection: close");
    site.http.scripts.respond(ref, { status: 200, headers: [["content-length", "1000"]] });
    site.http.scripts.write(ref, null, true);
    expect(await client.ended).toContain("content-length: 1000");
    expect(site.front.faults).toEqual([]);
  });

  test("with 204 loses the length that its script declares", async () => {
    await open();
    const { ref, client } = await ask("GET /notify", "Connection: close");
    site.http.scripts.respond(ref, { status: 204, headers: [["Content-Length", "0"]] });
    site.http.scripts.write(ref, null, true);
    expect(await client.ended).not.toMatch(/content-length/i);
  });
});

describe("a response that a script may not send", () => {
  test.each<[string, ResponseHead, string]>([
    ["a status below all", { status: 99, headers: [] }, "status 99"],
    ["a provisional status", { status: 101, headers: [] }, "status 101"],
    ["a status above all", { status: 1000, headers: [] }, "status 1000"],
    ["half a status", { status: 200.5, headers: [] }, "status 200.5"],
    ["no status", { status: Number.NaN, headers: [] }, "status NaN"],
    ["a text as status", { status: "200" as unknown as number, headers: [] }, "status a string"],
    ["a line break in a value", { status: 200, headers: [["x-a", "b\r\nx-evil: 1"]] }, 'header "x-a"'],
    ["a value that is not Latin", { status: 200, headers: [["x-a", "日本"]] }, 'header "x-a"'],
    [
      "a value that is not a string",
      { status: 200, headers: [["x-a", 7 as unknown as string]] },
      'header "x-a"',
    ],
    ["a name with a space", { status: 200, headers: [["x a", "b"]] }, 'header name "x a"'],
    ["an empty name", { status: 200, headers: [["", "b"]] }, 'header name ""'],
    ["a name with a line break", { status: 200, headers: [["a\nb", "c"]] }, 'header name "a\\nb"'],
    ["a length that is none", { status: 200, headers: [["content-length", "-1"]] }, 'content-length "-1"'],
    [
      "two lengths",
      {
        status: 200,
        headers: [
          ["content-length", "2"],
          ["Content-Length", "3"],
        ],
      },
      'content-length "3"',
    ],
  ])("with %s becomes 500 and is reported", async (_what, head, said) => {
    await open();
    const { ref, client } = await ask("GET /notify?secret", "Connection: close");
    site.http.scripts.respond(ref, head);
    site.http.scripts.write(ref, "hello", true);
    expect(await client.ended).toMatch(/^HTTP\/1.1 500 [^]*\r\n\r\nthe script failed\n$/);
    expect(site.front.faults).toHaveLength(1);
    expect(site.front.faults[0]).toContain(said);
    expect(site.front.faults[0]).toMatch(
      /^http\/notify.ts: .* in the response to GET \/notify, so the client got 500; \S/,
    );
    expect(site.front.faults[0]).not.toMatch(/[{}\n]|secret/);
    expect(site.front.aborted).toEqual([]);
  });

  test("how a connection is used and a message framed is dropped", async () => {
    await open();
    const { ref, client } = await ask("GET /notify", "Connection: close");
    const headers: [string, string][] = [
      ["Transfer-Encoding", "gzip"],
      ["Keep-Alive", "x"],
      ["Upgrade", "h2c"],
    ];
    site.http.scripts.respond(ref, { status: 200, headers: [...headers, ["x-kept", "yes"]] });
    site.http.scripts.write(ref, "hello", true);
    const heard = await client.ended;
    expect(heard).toContain("x-kept: yes");
    expect(heard).not.toMatch(/gzip|upgrade|keep-alive/i);
    expect(heard).toMatch(/\r\n\r\nhello$/);
  });

  test.each([
    ["longer", "4", "hello"],
    ["shorter", "6", "hello"],
  ])(
    "a body %s than it declares cuts the connection before the next answer is misread",
    async (_what, length, body) => {
      await open();
      const { ref, client } = await ask();
      site.http.scripts.respond(ref, { status: 200, headers: [["content-length", length]] });
      site.http.scripts.write(ref, body, true);
      expect(await client.ended).not.toContain("hello");
      expect(site.front.faults[0]).toContain("a body that is not as long as its content-length");
    },
  );

  test("a body as long as it declares is sent", async () => {
    await open();
    const { ref, client } = await ask("GET /notify", "Connection: close");
    site.http.scripts.respond(ref, { status: 200, headers: [["Content-Length", "5"]] });
    site.http.scripts.write(ref, "he", false);
    site.http.scripts.write(ref, "llo", true);
    const heard = await client.ended;
    expect(heard).toMatch(/content-length: 5\r\n[^]*\r\n\r\nhello$/);
    expect(heard).not.toContain("chunked");
  });

  test("a second head, and anything after the end, has no effect", async () => {
    await open();
    const { ref, client } = await ask("GET /notify", "Connection: close");
    site.http.scripts.write(ref, "too early", false);
    site.http.scripts.respond(ref, OK);
    site.http.scripts.respond(ref, { status: 404, headers: [] });
    site.http.scripts.write(ref, "hello", true);
    site.http.scripts.write(ref, "more", true);
    site.http.scripts.respond(ref, OK);
    site.http.scripts.fail(ref, REFUSALS.SCRIPT_FAILED);
    site.http.scripts.respond(9999, OK);
    site.http.scripts.write(9999, "x", true);
    site.http.scripts.fail(9999, REFUSALS.SCRIPT_FAILED);
    expect(await client.ended).toMatch(/^HTTP\/1.1 200 [^]*\r\n\r\nhello$/);
  });
});

describe("a script that fails", () => {
  test.each([
    [500, REFUSALS.SCRIPT_FAILED],
    [503, REFUSALS.INTERRUPTED],
  ])("before it responds is refused with %i", async (status, refusal) => {
    await open();
    const { ref, client } = await ask();
    site.http.scripts.fail(ref, refusal);
    await client.hears(`${refusal.text}\n`);
    expect(client.heard).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(site.front.aborted).toEqual([]);
    expect(site.clock.waiting).toBe(0);
  });

  test("in the turn of its head sends nothing of it", async () => {
    await open();
    const { ref, client } = await ask();
    site.http.scripts.respond(ref, OK);
    site.http.scripts.fail(ref, REFUSALS.SCRIPT_FAILED);
    expect(await client.hears("the script failed\n")).toMatch(/^HTTP\/1.1 500 /);
  });

  test("in the middle of its answer cuts it, so that it is not taken for whole", async () => {
    await open();
    const { ref, client } = await ask();
    site.http.scripts.respond(ref, OK);
    site.http.scripts.write(ref, "one", false);
    await client.hears("one");
    site.http.scripts.fail(ref, REFUSALS.SCRIPT_FAILED);
    expect(await client.ended).toMatch(/one\r\n$/);
    expect(site.front.aborted).toEqual([]);
  });

  test("to respond in time gets the client a 503 and the script an abort", async () => {
    await open({ handlerTimeout: 60_000 });
    const { ref, client } = await ask();
    site.clock.advance(59_999);
    expect(site.front.faults).toEqual([]);
    site.clock.advance(1);
    expect(await client.hears("\n\r\n")).toMatch(/^HTTP\/1.1 503 /);
    expect(site.front.aborted).toEqual([ref]);
    expect(site.front.faults).toEqual([
      "http/notify.ts: no response to GET /notify after 60 s, so the client got 503; return a Response sooner",
    ]);
  });

  test("to end its answer is waited for", async () => {
    await open({ handlerTimeout: 60_000 });
    const { ref, client } = await ask();
    site.http.scripts.respond(ref, OK);
    site.clock.advance(600_000);
    site.http.scripts.write(ref, "late", true);
    await client.hears("late");
    expect(site.front.faults).toEqual([]);
    expect(site.clock.waiting).toBe(0);
  });
});

describe("a client that goes", () => {
  test("before the response has started is reported once", async () => {
    await open();
    const { ref, client } = await ask();
    client.socket.destroy();
    await site.front.until(() => site.front.aborted.length > 0);
    site.http.scripts.respond(ref, OK);
    site.http.scripts.write(ref, "hello", true);
    expect(site.front.aborted).toEqual([ref]);
    expect(site.clock.waiting).toBe(0);
  });

  test("with several waiting requests is reported for each", async () => {
    await open();
    const client = site.raw(requestText("GET /notify").repeat(12));
    await site.front.until(() => site.front.delivered.length === 12);
    client.socket.destroy();
    await site.front.until(() => site.front.aborted.length === 12);
    expect(site.front.aborted).toEqual(site.front.delivered.map(({ head }) => head.request));
  });
});
