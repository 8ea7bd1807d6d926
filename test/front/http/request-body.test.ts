import { request as send } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { openSite, requestText, type Site, type SiteOptions } from "./http-fixture.ts";

const MIB = 1024 * 1024;

let site: Site;
afterEach(() => site.close());

async function open(options: SiteOptions = {}): Promise<Site> {
  site = await openSite(options);
  site.front.onDeliver = ({ request }, body) => {
    site.http.scripts.respond(request, { status: 200, headers: [] });
    site.http.scripts.write(request, body, true);
  };
  return site;
}

/** What `fetch` does not do: it never announces a length and waits to be asked. */
function askFirst(length: number): Promise<{ status: number; wasAsked: boolean; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { expect: "100-continue", "content-length": length };
    const request = send(`${site.url}/notify`, { method: "POST", headers });
    let wasAsked = false;
    request.on("continue", () => {
      wasAsked = true;
      request.end("x".repeat(length));
    });
    request.on("error", reject).on("response", (answer) => {
      let body = "";
      answer.setEncoding("latin1").on("data", (part: string) => (body += part));
      answer.on("end", () => {
        request.destroy();
        resolve({ status: answer.statusCode ?? 0, wasAsked, body });
      });
    });
    request.flushHeaders();
  });
}

describe("a request's body", () => {
  test("arrives whole, with memory of its own length", async () => {
    await open();
    await fetch(`${site.url}/notify`, { method: "POST", body: "héllo" });
    const body = site.front.delivered[0]?.body;
    expect(Buffer.from(body!).toString()).toBe("héllo");
    expect(body!.buffer.byteLength).toBe(6);
  });

  test.each([
    ["GET", undefined],
    ["POST", ""],
  ])("is null when a %s request has none", async (method, body) => {
    await open();
    await fetch(`${site.url}/notify`, { method, ...(body === undefined ? {} : { body }) });
    expect(site.front.delivered[0]?.body).toBeNull();
  });

  test("arrives in chunks of the client's choice", async () => {
    await open();
    const client = site.raw(
      `${requestText("POST /notify", "Transfer-Encoding: chunked", "Connection: close")}3\r\nabc\r\n`,
    );
    client.socket.write("2\r\nde\r\n0\r\n\r\n");
    await client.ended;
    expect(Buffer.from(site.front.delivered[0]!.body!).toString()).toBe("abcde");
  });

  test("may be as long as the limit", async () => {
    await open();
    const body = new Uint8Array(MIB).fill(7);
    const answer = await fetch(`${site.url}/notify`, { method: "PUT", body });
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  test("is asked for when the client waits to be asked", async () => {
    await open();
    expect(await askFirst(3)).toEqual({ status: 200, wasAsked: true, body: "xxx" });
  });

  test("is not asked for when it is too long", async () => {
    await open();
    const answer = await askFirst(MIB + 1);
    expect(answer).toEqual({ status: 413, wasAsked: false, body: `the body is longer than ${MIB} bytes\n` });
  });

  test("is not asked for at an unknown path, and the connection is not used again", async () => {
    await open();
    const client = site.raw(requestText("POST /nothing", "Expect: 100-continue", "Content-Length: 3"));
    const heard = await client.ended;
    expect(heard).toMatch(/^HTTP\/1.1 404 /);
    expect(heard).toMatch(/connection: close/i);
  });

  test("is not delivered when it stops in its middle", async () => {
    await open();
    const client = site.raw(`${requestText("POST /notify", "Content-Length: 10")}abc`);
    await client.hears("").then(() => client.socket.destroy());
    // The server has seen the end of the first when it answers a second one that came later.
    await fetch(`${site.url}/notify`, { method: "POST", body: "second" });
    await client.ended;
    expect(site.front.delivered).toHaveLength(1);
    expect(site.front.aborted).toEqual([]);
    expect(site.clock.waiting).toBe(0);
  });
});

describe("a body that is too long", () => {
  test("by what it announces is refused before it comes", async () => {
    await open();
    const heard = await site
      .raw(requestText("POST /notify", `Content-Length: ${MIB + 1}`))
      .hears(/longer than 1048576 bytes\n$/);
    expect(heard).toMatch(/^HTTP\/1.1 413 Payload Too Large\r\n/);
    expect(heard).toMatch(/connection: close/i);
  });

  test.each([
    ["with a length", `Content-Length: ${8 * MIB}`, ""],
    ["in chunks", "Transfer-Encoding: chunked", "800000\r\n"],
  ])(
    "%s is refused so that a client that sends all of it first still reads the refusal",
    async (_how, header, before) => {
      await open();
      const client = site.raw(requestText("POST /notify", header) + before);
      client.socket.write(Buffer.alloc(8 * MIB));
      if (before !== "") client.socket.write("\r\n0\r\n\r\n");
      const heard = await client.ended;
      expect(heard).toMatch(/^HTTP\/1.1 413 /);
      expect(heard.match(/HTTP\/1.1/g)).toHaveLength(1);
      expect(client.error).toBeNull();
      expect(site.front.delivered).toEqual([]);
    },
  );

  test("is not listened to for ever", async () => {
    await open();
    const client = site.raw(requestText("POST /notify", `Content-Length: ${MIB + 1}`));
    await client.hears(/bytes\n$/);
    expect(client.socket.readableEnded).toBe(false);
    site.clock.advance(2000);
    expect(await client.ended).toMatch(/^HTTP\/1.1 413 /);
  });

  test("leaves no timer behind", async () => {
    await open();
    const client = site.raw(requestText("POST /notify", `Content-Length: ${MIB + 1}`));
    client.socket.write(Buffer.alloc(MIB + 1));
    await client.ended;
    await site.close();
    expect(site.clock.waiting).toBe(0);
    await open();
  });
});
