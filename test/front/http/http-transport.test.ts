import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { openSite, requestText, type Site, type SiteOptions } from "./http-fixture.ts";

let site: Site;
afterEach(() => site.close());

async function open(options: SiteOptions = {}): Promise<Site> {
  return (site = await openSite(options));
}

/** Answers each delivery with its number and the text. */
function answerAll(text: string, headers: [string, string][] = []): void {
  site.front.onDeliver = ({ request }) => {
    site.http.scripts.respond(request, { status: 200, headers });
    site.http.scripts.write(request, text, true);
  };
}

describe("a request for a script", () => {
  test("is delivered with all that the script may ask", async () => {
    await open();
    site.front.routes.set("/rooms/7 a", {
      script: "http /rooms/:id",
      route: "/rooms/:id",
      params: { id: "7 a" },
    });
    answerAll("ok");
    const sent = site.raw(
      requestText("GET /rooms/7%20a?user=&user=b%20c", "X-Two: 1", "x-two: 2", "Connection: close"),
    );
    await sent.ended;
    expect(site.front.delivered).toEqual([
      {
        head: {
          request: 1,
          script: "http /rooms/:id",
          method: "GET",
          url: "http://app.test/rooms/7%20a?user=&user=b%20c",
          headers: [
            ["host", "app.test"],
            ["x-two", "1"],
            ["x-two", "2"],
            ["connection", "close"],
          ],
          address: "127.0.0.1",
          route: "/rooms/:id",
          params: { id: "7 a" },
        },
        body: null,
      },
    ]);
  });

  test("gets the script's status, headers and text, with a length", async () => {
    await open();
    site.front.onDeliver = ({ request }) => {
      const headers: [string, string][] = [
        ["Set-Cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["x-made", "yes"],
      ];
      site.http.scripts.respond(request, { status: 201, headers });
      site.http.scripts.write(request, "grüß dich", true);
    };
    const answer = await fetch(`${site.url}/notify`);
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(answer.headers.get("x-made")).toBe("yes");
    expect(answer.headers.get("content-length")).toBe("11");
    expect(await answer.text()).toBe("grüß dich");
  });

  test("gets bytes as they are", async () => {
    await open();
    site.front.onDeliver = ({ request }) => {
      site.http.scripts.respond(request, { status: 200, headers: [] });
      site.http.scripts.write(request, Uint8Array.of(0, 255, 10), false);
      site.http.scripts.write(request, null, true);
    };
    const answer = await fetch(`${site.url}/notify`);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(Uint8Array.of(0, 255, 10));
  });

  test("has the client's IPv4 address as such on a server that listens on IPv6", async () => {
    await open({ host: "::" });
    answerAll("ok");
    await fetch(`${site.url}/notify`);
    expect(site.front.delivered[0]?.head.address).toBe("127.0.0.1");
  });

  test("is delivered without a Host header over HTTP/1.0", async () => {
    await open();
    answerAll("ok");
    await site.raw("GET /notify HTTP/1.0\r\n\r\n").ended;
    expect(site.front.delivered[0]?.head.url).toBe(`http://localhost:${site.port}/notify`);
  });

  test.each([
    ["app.test:8080", "http://app.test:8080/notify"],
    ["[::1]:8080", "http://[::1]:8080/notify"],
    ["my_app.test", "http://my_app.test/notify"],
  ])("takes the host %s", async (host, url) => {
    await open();
    answerAll("ok");
    await site.raw(`GET /notify HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`).ended;
    expect(site.front.delivered[0]?.head.url).toBe(url);
  });

  test.each([
    ["user:secret@app.test"],
    ["app.test/other"],
    ["app.test?x"],
    ["app.test#x"],
    ["app test"],
    ["app.test:port"],
    ["app.test:99999"],
    ["999.999.999.999"],
    [""],
    ["%61pp.test"],
    ["app.test\r\nHost: other.test"],
  ])("refuses the host %j", async (host) => {
    await open();
    const heard = await site.raw(`GET /notify HTTP/1.1\r\nHost: ${host}\r\n\r\n`).ended;
    expect(heard).toMatch(/^HTTP\/1.1 400 /);
    expect(site.front.delivered).toEqual([]);
  });

  test("gets the refusal of its route", async () => {
    await open();
    site.front.routes.set("/broken", { status: 503, text: "http/broken.ts does not load" });
    const answer = await fetch(`${site.url}/broken`);
    expect([answer.status, await answer.text()]).toEqual([503, "http/broken.ts does not load\n"]);
  });
});

describe("a path", () => {
  test.each([
    "/ws/../../etc/passwd",
    "/notify/%2e%2e/notify",
    "/%00",
    "//notify",
    "/..%5cnotify",
    "/ws/__proto__",
    "/constructor",
    "/nothing",
    "http://app.test/notify",
  ])("%s is not found", async (path) => {
    await open();
    const heard = await site.raw(requestText(`GET ${path}`, "Connection: close")).ended;
    expect(heard).toMatch(/^HTTP\/1.1 404 Not Found\r\n/);
    expect(heard).toContain("content-type: text/plain");
    expect(heard.split("\r\n\r\n")[1]).toBe("not found\n");
    expect(site.front.delivered).toEqual([]);
  });

  test("longer than a request's head may be gets 431", async () => {
    await open();
    const heard = await site.raw(requestText(`GET /${"a".repeat(20_000)}`)).ended;
    expect(heard).toMatch(/^HTTP\/1.1 431 /);
  });

  test("is looked up when it is long but allowed", async () => {
    await open();
    const long = `/${"a".repeat(10_000)}`;
    site.front.routes.set(long, { script: "http /long", route: "/long", params: null });
    answerAll("ok");
    expect((await fetch(site.url + long)).status).toBe(200);
  });
});

describe("/_parlor/health", () => {
  test("answers JSON before any script is asked", async () => {
    await open();
    site.front.routes.set("/_parlor/health", {
      script: "http /_parlor/health",
      route: "/_parlor/health",
      params: null,
    });
    const answer = await fetch(`${site.url}/_parlor/health?x`);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.json()).toEqual({ status: "ok", sessions: 3 });
    expect(site.front.delivered).toEqual([]);
  });

  test("answers HEAD without a body", async () => {
    await open();
    const answer = await fetch(`${site.url}/_parlor/health`, { method: "HEAD" });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });

  test("is not written to", async () => {
    await open();
    const answer = await fetch(`${site.url}/_parlor/health`, { method: "POST", body: "x" });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });
});

describe("a connection", () => {
  test("is kept for the next request", async () => {
    await open();
    answerAll("hi");
    const client = site.raw(requestText("GET /notify"));
    await client.hears(/hi$/);
    client.socket.write(requestText("GET /notify", "Connection: close"));
    expect((await client.ended).match(/HTTP\/1.1 200/g)).toHaveLength(2);
  });

  test("with several requests at once gets the answers in their order, whichever is ready first", async () => {
    await open();
    const client = site.raw(requestText("GET /notify?a") + requestText("GET /notify?b", "Connection: close"));
    await site.front.until(() => site.front.delivered.length === 2);
    for (const { head } of site.front.delivered.toReversed()) {
      site.http.scripts.respond(head.request, { status: 200, headers: [] });
      site.http.scripts.write(head.request, `for ${head.url}.`, true);
    }
    const heard = await client.ended;
    expect(heard.match(/for [^.]+\.test\/notify\?./g)).toEqual([
      "for http://app.test/notify?a",
      "for http://app.test/notify?b",
    ]);
  });

  test("gets the responses to its requests before that to the nonsense behind them", async () => {
    await open();
    const client = site.raw(`${requestText("GET /notify?a")}${requestText("GET /notify?b")}nonsense\r\n\r\n`);
    await site.front.until(() => site.front.delivered.length === 2);
    for (const { head } of site.front.delivered.toReversed()) {
      site.http.scripts.respond(head.request, { status: 200, headers: [] });
      site.http.scripts.write(head.request, "hi", true);
    }
    expect((await client.ended).match(/HTTP\/1.1 \d+/g)).toEqual([
      "HTTP/1.1 200",
      "HTTP/1.1 200",
      "HTTP/1.1 400",
    ]);
  });

  test("is closed without a wrong response when the body of its second request is nonsense", async () => {
    await open();
    const upload = requestText("POST /notify", "Transfer-Encoding: chunked");
    const client = site.raw(`${requestText("GET /notify")}${upload}nonsense\r\n`);
    expect(await client.ended).toBe("");
    await site.front.until(() => site.front.aborted.length === 1);
  });

  test("with very many requests at once has 16 of them open, and the rest is not read", async () => {
    await open();
    const accepted = once(site.server, "connection") as Promise<[Socket]>;
    const many = 20_000;
    const client = site.raw(
      requestText("GET /notify?n").repeat(many) + requestText("GET /notify?last", "Connection: close"),
    );
    const [socket] = await accepted;
    await site.front.until(() => site.front.delivered.length === 16);
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
    expect(socket.bytesRead).toBeLessThanOrEqual(2 * 65_536);
    expect(site.front.delivered).toHaveLength(16);
    let opened = 16;
    site.front.onDeliver = ({ request }, _body) => {
      expect((opened += 1)).toBeLessThanOrEqual(16);
      queueMicrotask(() => respond(request));
    };
    const respond = (request: number): void => {
      opened -= 1;
      site.http.scripts.respond(request, { status: 200, headers: [] });
      site.http.scripts.write(request, `${request}.`, true);
    };
    for (const { head } of [...site.front.delivered]) respond(head.request);
    const numbers = (await client.ended).match(/\r\n\r\n\d+\./g)?.map((text) => Number.parseInt(text, 10));
    expect(numbers).toEqual(Array.from({ length: many + 1 }, (_, at) => at + 1));
  });

  test("with many bodies behind each other gets all responses", async () => {
    await open();
    const bodies: string[] = [];
    const client = site.raw("");
    for (let at = 0; at < 100; at += 1) {
      client.socket.write(requestText("POST /notify", "Content-Length: 20000"));
      client.socket.write(`${at} `.padEnd(20_000, "x"));
    }
    client.socket.write(requestText("GET /notify", "Connection: close"));
    await site.front.until(() => site.front.delivered.length === 16);
    const note = (body: Uint8Array | null): void =>
      void bodies.push(
        Buffer.from(body ?? [])
          .toString()
          .split(" ", 1)[0]!,
      );
    for (const { body } of site.front.delivered) note(body);
    const waiting = site.front.delivered.map(({ head }) => head);
    answerAll("hi");
    const respond = site.front.onDeliver;
    site.front.onDeliver = (head, body) => {
      note(body);
      respond(head, body);
    };
    for (const head of waiting) respond(head, null);
    expect((await client.ended).match(/HTTP\/1.1 200/g)).toHaveLength(101);
    // A body is read in a turn of its own.
    expect(bodies.toSorted()).toEqual(["", ...Array.from({ length: 100 }, (_, at) => String(at))].toSorted());
  });

  test("gets 400 in one line for nonsense", async () => {
    await open();
    const client = site.raw("nonsense\r\n\r\n");
    const heard = await client.ended;
    expect(heard).toMatch(/^HTTP\/1.1 400 Bad Request\r\nconnection: close\r\n/i);
    expect(heard).toMatch(/\r\n\r\nbad request\n$/);
  });

  test("gets 408 when it does not finish its request's head", async () => {
    await open({ limits: { handshakeTimeout: 50, requestTimeout: 100 } });
    const heard = await site.raw("GET /notify HTTP/1.1\r\nHost: app").ended;
    expect(heard).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
  });

  test("gets 408 when it does not finish its body, and nothing is delivered", async () => {
    await open({ limits: { handshakeTimeout: 50, requestTimeout: 100 } });
    const heard = await site.raw(`${requestText("POST /notify", "Content-Length: 5")}abc`).ended;
    expect(heard).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    expect(site.front.delivered).toEqual([]);
  });

  test("is cut after a grace when it is refused and does not close", async () => {
    await open();
    const accepted = once(site.server, "connection") as Promise<[Socket]>;
    const client = site.raw("nonsense\r\n\r\n");
    client.socket.removeAllListeners("end");
    const [socket] = await accepted;
    await client.hears("bad request\n");
    expect(socket.destroyed).toBe(false);
    site.clock.advance(1000);
    expect(socket.destroyed).toBe(true);
  });
});

describe("a request beyond a limit is reported with its address:", () => {
  test.each([
    ["a long head", requestText(`GET /${"a".repeat(20_000)}`), "maxHeaderSize 0 127.0.0.1"],
    ["a long body", requestText("POST /notify", "Content-Length: 2000"), "bodyLimit 1000 127.0.0.1"],
    [
      "a long body without a length",
      `${requestText("POST /notify", "Transfer-Encoding: chunked")}7d0\r\n${"x".repeat(2000)}\r\n0\r\n\r\n`,
      "bodyLimit 1000 127.0.0.1",
    ],
    [
      "a body too many",
      `${requestText("POST /notify", "Content-Length: 800")}${"x".repeat(800)}`,
      "bodyTotal 700 127.0.0.1",
    ],
    ["a request too many", requestText("GET /notify"), "maxRequests 0 127.0.0.1"],
  ])("%s", async (what, bytes, reported) => {
    await open({ bodyLimit: 1000, bodyTotal: 700, ...(what.startsWith("a request") && { maxRequests: 0 }) });
    const client = site.raw(bytes);
    await client.hears(/\r\n\r\n/);
    client.socket.destroy();
    expect(site.front.limits).toEqual([reported]);
  });

  test("a request that comes too slowly", async () => {
    await open({ limits: { handshakeTimeout: 50, requestTimeout: 100 } });
    await site.raw("GET /notify HTTP/1.1\r\nHost: app").ended;
    expect(site.front.limits).toEqual(["requestTimeout 0 127.0.0.1"]);
  });
});

describe("closing", () => {
  test("answers 503 to what waits and to what comes, and cuts what has begun", async () => {
    await open();
    const waiting = fetch(`${site.url}/notify`);
    await site.front.until(() => site.front.delivered.length === 1);
    const streaming = site.raw(requestText("GET /notify"));
    await site.front.until(() => site.front.delivered.length === 2);
    const second = site.front.delivered[1]!.head.request;
    site.http.scripts.respond(second, { status: 200, headers: [] });
    site.http.scripts.write(second, "begun", false);
    await streaming.hears("begun");
    site.http.close();
    expect((await waiting).status).toBe(503);
    expect(await streaming.ended).not.toContain("\r\n0\r\n");
    expect((await fetch(`${site.url}/notify`)).status).toBe(503);
    expect((await fetch(`${site.url}/_parlor/health`)).status).toBe(503);
    expect(site.clock.waiting).toBe(0);
  });
});
