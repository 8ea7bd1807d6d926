import { describe, expect, test } from "vitest";
import { Front, type Published, type Source } from "./stage.ts";

function site(source: Record<string, unknown> | Source, exports?: readonly string[]) {
  const names = exports ?? Object.keys(source);
  return new Front().host(source, { kind: "http", name: "http/notify.ts", route: "/notify", exports: names });
}

describe("a script of exported methods", () => {
  test("answers a Request with a Response, in one piece", async () => {
    const host = site({
      POST: async (request: Request, context: Published) => {
        const body = await request.text();
        const said = [
          request.method,
          new URL(request.url).pathname,
          request.headers.get("x-a"),
          body,
          context,
        ];
        return Response.json(said, { status: 201, headers: { "x-b": "2" } });
      },
    });
    const more = { text: "hé", headers: [["x-a", "1"]] as const, params: { id: "7" } };
    const answer = await host.request("POST", "/notify?x=1", more);
    const context = { params: { id: "7" }, address: "192.0.2.7" };
    expect(JSON.parse(answer.text)).toEqual(["POST", "/notify", "1", "hé", context]);
    expect([answer.status, answer.headersOf("x-b"), answer.headersOf("content-type")]).toEqual([
      201,
      ["2"],
      ["application/json"],
    ]);
    expect([answer.heads.length, answer.writes, answer.ends]).toEqual([1, 1, 1]);
  });

  test("is evaluated once per version", async () => {
    const host = site(() => {
      let count = 0;
      return { GET: () => new Response(String(++count)) };
    }, ["GET"]);
    const texts = [];
    for (let n = 0; n < 3; n += 1) texts.push((await host.request("GET", "/notify")).text);
    expect(texts).toEqual(["1", "2", "3"]);
    expect(host.instances).toHaveLength(1);
    expect(host.instances[0]!.names).toEqual(["diesel", "Results"]);
  });

  test.each(["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])(
    "%s has an export of its own",
    async (method) => {
      const host = site({
        [method]: () => new Response(null, { status: 204, headers: { "x-method": method } }),
      });
      const answer = await host.request(method, "/notify");
      expect([answer.status, answer.headersOf("x-method"), answer.parts, answer.ends]).toEqual([
        204,
        [method],
        [],
        1,
      ]);
    },
  );

  test("HEAD is GET without the body, with its length", async () => {
    const host = site({ GET: () => new Response("hé", { headers: { "x-a": "1" } }) });
    const answer = await host.request("HEAD", "/notify");
    expect([answer.status, answer.headersOf("x-a"), answer.headersOf("content-length")]).toEqual([
      200,
      ["1"],
      ["3"],
    ]);
    expect([answer.parts, answer.ends]).toEqual([[], 1]);
  });

  test("HEAD of a stream ends the stream and claims no length", async () => {
    let cancelled = false;
    const stream = () =>
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array([1])),
        cancel: () => void (cancelled = true),
      });
    const host = site({ GET: () => new Response(stream()) });
    const answer = await host.request("HEAD", "/notify");
    expect([answer.headersOf("content-length"), answer.parts, answer.ends, cancelled]).toEqual([
      [],
      [],
      1,
      true,
    ]);
  });

  test("a missing method is 405 with Allow; OPTIONS returns Allow", async () => {
    const host = site({ GET: () => new Response("x"), POST: () => new Response("x") });
    const missing = await host.request("DELETE", "/notify");
    expect([missing.status, missing.headersOf("allow"), missing.text]).toEqual([
      405,
      ["GET, HEAD, POST, OPTIONS"],
      "Method Not Allowed",
    ]);
    const odd = await host.request("TRACE", "/notify");
    expect(odd.status).toBe(405);
    const options = await host.request("OPTIONS", "/notify");
    expect([options.status, options.headersOf("allow"), options.ends]).toEqual([
      204,
      ["GET, HEAD, POST, OPTIONS"],
      1,
    ]);
    expect(host.instances).toEqual([]);
  });

  test.each([
    [undefined, /GET returned undefined, a Response was expected/],
    ["text", /GET returned a string.*new Response\(text\)/],
    [{ a: 1 }, /GET returned an object.*Response\.json\(value\)/],
  ])("returning %j is a 500 that says what to return", async (value, text) => {
    const host = site({ GET: () => value });
    const answer = await host.request("GET", "/notify");
    expect([answer.status, answer.text, answer.ends]).toEqual([500, "Internal Server Error", 1]);
    expect(String(host.faults[0]!.error)).toMatch(text);
  });

  test("a throw is a 500 without a word of it, and logged", async () => {
    for (const GET of [
      () => {
        throw new Error("secret");
      },
      () => Promise.reject(new Error("secret")),
    ]) {
      const host = site({ GET });
      const answer = await host.request("GET", "/notify");
      expect([answer.status, answer.text, answer.ends]).toEqual([500, "Internal Server Error", 1]);
      expect(answer.headersOf("content-type")).toEqual(["text/plain; charset=utf-8"]);
      expect(host.faults.map(({ error }) => (error as Error).message)).toEqual(["secret"]);
    }
  });

  test("a module that throws is a 500, and tried again", async () => {
    let tries = 0;
    const host = site(() => {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
      return { GET: () => new Response("here") };
    }, ["GET"]);
    expect((await host.request("GET", "/notify")).status).toBe(500);
    expect((await host.request("GET", "/notify")).text).toBe("here");
  });

  test("several cookies stay several", async () => {
    const host = site({
      GET: () => {
        const response = new Response("x");
        response.headers.append("set-cookie", "a=1");
        response.headers.append("set-cookie", "b=2; Path=/");
        return response;
      },
    });
    expect((await host.request("GET", "/notify")).headersOf("set-cookie")).toEqual(["a=1", "b=2; Path=/"]);
  });

  test("a stream leaves part by part", async () => {
    const front = new Front();
    let push = (_part: Uint8Array | null): void => undefined;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        push = (part) => (part === null ? controller.close() : controller.enqueue(part));
      },
    });
    const info = { kind: "http", exports: ["GET"] } as const;
    const host = front.host({ GET: () => new Response(stream) }, info);
    const whole = host.request("GET", "/notify");
    const seen: unknown[] = [];
    for (const part of [new Uint8Array([1]), new Uint8Array([2, 3]), null]) {
      push(part);
      for (let n = 0; n < 50; n += 1) await Promise.resolve();
      front.settle();
      const answer = front.answers.of(front.refs);
      seen.push([answer.heads.length, answer.parts.length, answer.ends]);
    }
    expect(seen).toEqual([
      [1, 1, 0],
      [1, 2, 0],
      [1, 2, 1],
    ]);
    expect((await whole).parts).toEqual([new Uint8Array([1]), new Uint8Array([2, 3])]);
  });

  test("a stream that breaks cuts the answer and is a fault", async () => {
    const broken = () =>
      new ReadableStream({
        pull: () => Promise.reject(new Error("disk")),
      });
    const host = site({ GET: () => new Response(broken()) });
    const answer = await host.request("GET", "/notify");
    expect([answer.status, answer.heads.length, answer.ends, answer.fails]).toEqual([200, 1, 0, 1]);
    expect(host.faults.map(({ error }) => (error as Error).message)).toEqual(["disk"]);
  });

  test("request.signal aborts when the client goes, and that is not a fault", async () => {
    let signal: AbortSignal | undefined;
    const host = site({
      GET: (request: Request) => {
        signal = request.signal;
        return new Promise((_resolve, reject) => {
          request.signal.addEventListener("abort", () => reject(request.signal.reason as Error));
        });
      },
    });
    const answering = host.request("GET", "/notify");
    for (let n = 0; n < 20; n += 1) await Promise.resolve();
    expect(signal?.aborted).toBe(false);
    host.program.abort?.(host.front.refs + 1);
    expect(signal?.aborted).toBe(false);
    host.program.abort?.(host.front.refs);
    expect(signal?.aborted).toBe(true);
    await answering;
    expect(host.faults).toEqual([]);
  });

  test("a stream is cancelled when the client goes", async () => {
    let cancelled = false;
    const endless = () => new ReadableStream({ cancel: () => void (cancelled = true) });
    const host = site({ GET: () => new Response(endless()) });
    const answering = host.request("GET", "/notify");
    for (let n = 0; n < 50; n += 1) await Promise.resolve();
    host.program.abort?.(host.front.refs);
    await answering;
    expect(cancelled).toBe(true);
    expect(host.faults).toEqual([]);
  });
});

describe("handleRequest", () => {
  test("has a fresh evaluation per request, ended after it", async () => {
    const host = site(() => {
      let count = 0;
      return { handleRequest: () => String(++count) };
    }, ["handleRequest"]);
    const first = await host.request("GET", "/notify");
    const second = await host.request("DELETE", "/notify");
    expect([first.text, second.text]).toEqual(["1", "1"]);
    expect(host.instances.map(({ isEnded }) => isEnded)).toEqual([true, true]);
  });

  test("reads parameters from the query, then from a form", async () => {
    const seen: Record<string, unknown> = {};
    const host = site({
      handleRequest: (context: Published) => {
        for (const name of ["a", "b", "none", "__proto__"]) seen[`<${name}>`] = context.getParameter(name);
        for (const name of ["n", "neg", "big", "half", "text", "none"])
          seen[name] = context.getParameterAsInteger(name);
        seen["header"] = context.getHeader("Content-Type");
        seen["missing"] = context.getHeader("cookie");
        seen["path"] = [context.getPathParameter("id"), context.getPathParameter("x")];
        seen["body"] = context.getBody();
        seen["request"] = [context.request.method, context.request === context.request];
        expect(() => context.getParameter(1)).toThrow(
          "context.getParameter takes a string as name, got a number",
        );
      },
    });
    const url = "/notify?a=1+2&n=42&neg=-7&big=9007199254740993&half=1.5&text=x";
    const headers = [["content-type", "application/x-www-form-urlencoded; charset=utf-8"]] as const;
    const answer = await host.request("POST", url, { headers, text: "a=no&b=%C3%A9", params: { id: "7" } });
    expect(host.faults).toEqual([]);
    expect(answer.status).toBe(204);
    expect(seen).toEqual({
      "<a>": "1 2",
      "<b>": "é",
      "<none>": null,
      "<__proto__>": null,
      n: 42,
      neg: -7,
      big: null,
      half: null,
      text: null,
      none: null,
      header: "application/x-www-form-urlencoded; charset=utf-8",
      missing: null,
      path: ["7", null],
      body: "a=no&b=%C3%A9",
      request: ["POST", true],
    });
  });

  test("HEAD has the length of what is not sent", async () => {
    const host = site({ handleRequest: () => "hé" });
    const answer = await host.request("HEAD", "/notify");
    expect([answer.status, answer.headersOf("content-length"), answer.parts, answer.ends]).toEqual([
      200,
      ["3"],
      [],
      1,
    ]);
  });

  test("a body that is not a form holds no parameters", async () => {
    const host = site({ handleRequest: (context: Published) => String(context.getParameter("a")) });
    expect((await host.request("POST", "/notify", { text: "a=1" })).text).toBe("null");
    expect((await host.request("GET", "/notify")).text).toBe("null");
  });

  test("may return text, nothing, a Response or a result, also by promise", async () => {
    const host = site(
      (names) => {
        const Results = names["Results"] as Published;
        const values: Published = {
          text: "hi",
          response: new Response("web", { status: 202 }),
          result: Results.notFound(),
        };
        return { handleRequest: async (context: Published) => values[context.getParameter("v")] };
      },
      ["handleRequest"],
    );
    const of = async (v: string) => {
      const answer = await host.request("GET", `/notify?v=${v}`);
      return [answer.status, answer.text, answer.ends];
    };
    expect(await of("text")).toEqual([200, "hi", 1]);
    expect(await of("nothing")).toEqual([204, "", 1]);
    expect(await of("response")).toEqual([202, "web", 1]);
    expect(await of("result")).toEqual([404, "", 1]);
  });

  test.each([[{ a: 1 }], [5], [true]])("returning %j is a 500 with a remedy", async (value) => {
    const host = site({ handleRequest: () => value });
    expect((await host.request("GET", "/notify")).status).toBe(500);
    expect(String(host.faults[0]!.error)).toMatch(
      /handleRequest returned .*did you mean Results\.json\(value\)\?/,
    );
    expect(host.instances[0]!.isEnded).toBe(true);
  });

  test("exported methods come first", async () => {
    const host = site({ GET: () => new Response("get"), handleRequest: () => "any" });
    expect((await host.request("GET", "/notify")).text).toBe("get");
    expect((await host.request("PUT", "/notify")).text).toBe("any");
    expect((await host.request("OPTIONS", "/notify")).text).toBe("any");
  });
});
