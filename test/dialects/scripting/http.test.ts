import { expect, test } from "vitest";
import { folderOf } from "../../support/running-app.ts";
import { Stage, type Published } from "./stage.ts";

/** A program whose one server is set up by the test. */
function serving(
  setUp: (server: Published, names: Published) => void,
  root: string | null = null,
): Promise<Stage> {
  return Stage.begun((names) => {
    const server = new names.HttpServer();
    setUp(server, names);
    server.start();
  }, root);
}

test("a handler answers every method, and sees the request", async () => {
  let seen: Published;
  const stage = await serving((server, { HttpResponse, HttpResponseBody }) => {
    server.registerHandler("/users/:id/posts/:post", (request: Published) => {
      seen = request;
      return HttpResponse.ok(HttpResponseBody.text(`${request.method} ${request.params.id}`));
    });
  });
  const headers = [
    ["X-Tea", "green"],
    ["x-tea", "black"],
  ] as const;
  const answer = await stage.fetch("/users/a%2Fb/posts/7?q=1&q=2&empty=", {
    method: "PATCH",
    headers,
    body: "body",
  });
  expect([answer.status, answer.text]).toEqual([200, "PATCH a/b"]);
  expect(answer.header("content-type")).toBe("text/plain; charset=utf-8");
  expect(seen).toBeInstanceOf(stage.names.HttpRequest);
  expect(seen.params).toEqual({ id: "a/b", post: "7" });
  expect(seen.headers).toEqual({ "x-tea": "green, black" });
  expect(seen.queryParams).toEqual([
    { key: "q", value: "1" },
    { key: "q", value: "2" },
    { key: "empty", value: "" },
  ]);
  expect([seen.path, seen.address, seen.body.toRawString()]).toEqual([
    "/users/a/b/posts/7",
    "192.0.2.7",
    "body",
  ]);
  expect((await stage.fetch("/users/1/posts/2", { method: "DELETE" })).text).toBe("DELETE 1");
});

test("a request without a body has an empty Data", async () => {
  let body: Published;
  const stage = await serving((server, { HttpResponse }) => {
    server.registerHandler("/", (request: Published) => {
      body = request.body;
      return HttpResponse.accepted();
    });
  });
  expect((await stage.fetch("/")).status).toBe(202);
  expect(body).toBeInstanceOf(stage.names.Data);
  expect(body.size).toBe(0);
});

test("an error of a handler is a 500 and logged; only the message of an async one goes to the client", async () => {
  const stage = await serving((server) => {
    server.registerHandler("/sync", () => {
      throw new Error("secret");
    });
    server.registerAsyncHandler("/async", async () => {
      throw new Error("no tea left");
    });
  });
  const [sync, later] = [await stage.fetch("/sync"), await stage.fetch("/async")];
  expect([sync.status, sync.text]).toEqual([500, "Internal Server Error"]);
  expect([later.status, later.text]).toEqual([500, "no tea left"]);
  expect(stage.faults.map(({ where }) => where)).toEqual([
    "HttpServer.registerHandler",
    "HttpServer.registerAsyncHandler",
  ]);
});

test("a result that is not an HttpResponse is a fault that names what to return", async () => {
  const stage = await serving((server) => server.registerHandler("/tea/:cup", () => "tea"));
  expect((await stage.fetch("/tea/1")).status).toBe(500);
  expect(String(stage.faults[0]?.error)).toBe(
    "TypeError: HttpServer.registerHandler: the handler of /tea/1 returned a string, an HttpResponse was expected; return HttpResponse.ok(HttpResponseBody.text(...)) or another HttpResponse factory",
  );
});

test("where no route is, 404 is answered, or what the handler for it says", async () => {
  let server: Published;
  const stage = await serving((made) => void (server = made));
  expect(await stage.fetch("/nowhere")).toMatchObject({ status: 404, text: "Not Found" });
  const { HttpResponse } = stage.names;
  server.setNotFoundHandler(async (request: Published) => HttpResponse.notFound(`no ${request.path} here`));
  expect(await stage.fetch("/nowhere")).toMatchObject({ status: 404, text: "no /nowhere here" });
  expect((await stage.connect("/nowhere")).refused).toEqual({ status: 404, reason: "no /nowhere here" });
});

test("a WebSocket's path responds to a plain request with what is missing", async () => {
  const stage = await serving((server) => server.registerWebsocket("/ws", {}));
  expect(await stage.fetch("/ws")).toMatchObject({
    status: 400,
    text: "Invalid value of 'Upgrade' header: unknown",
  });
  const odd = await stage.fetch("/ws", { headers: [["upgrade", "h2c"]] });
  expect(odd.text).toBe("Invalid value of 'Upgrade' header: h2c");
});

test("an upgrade of a path without a WebSocket is refused", async () => {
  const stage = await serving((server, { HttpResponse }) =>
    server.registerHandler("/", () => HttpResponse.ok("x")),
  );
  expect((await stage.connect("/")).refused).toEqual({
    status: 400,
    reason: "this path does not take WebSocket connections",
  });
});

test("handlers and WebSockets share their paths: the last registration wins", async () => {
  const stage = await serving((server, { HttpResponse }) => {
    server.registerWebsocket("/x", {});
    server.registerHandler("/x", () => HttpResponse.ok("http"));
  });
  expect((await stage.fetch("/x")).text).toBe("http");
});

test("middleware runs in order, before all routes and upgrades, until one answers", async () => {
  const seen: string[] = [];
  const stage = await serving((server, { HttpResponse }) => {
    server.registerWebsocket("/ws", {});
    server.registerHandler("/x", () => HttpResponse.ok("through"));
    server.registerMiddleware(async (request: Published) => {
      seen.push(`first ${request.path}`);
      return null;
    });
    server.registerMiddleware((request: Published) => {
      seen.push("second");
      return request.hasTokenForHeader("authorization", "Bearer tea")
        ? null
        : HttpResponse.unauthorized("who are you?");
    });
    server.registerMiddleware(async () => void seen.push("third"));
  });
  expect(await stage.fetch("/x")).toMatchObject({ status: 401, text: "who are you?" });
  expect(await stage.fetch("/nowhere")).toMatchObject({ status: 401 });
  expect((await stage.connect("/ws")).refused).toEqual({ status: 401, reason: "who are you?" });
  expect(seen).toEqual(["first /x", "second", "first /nowhere", "second", "first /ws", "second"]);
  expect((await stage.fetch("/x", { headers: [["authorization", "Bearer tea"]] })).text).toBe("through");
  const client = await stage.connect("/ws", { headers: "host: x\nauthorization: bearer TEA\n" });
  expect(client.session.isAccepted).toBe(true);
});

test("middleware that fails refuses the request", async () => {
  const stage = await serving((server) => {
    server.registerWebsocket("/ws", {});
    server.registerMiddleware(async () => {
      throw new Error("no database");
    });
  });
  expect(await stage.fetch("/ws")).toMatchObject({ status: 500, text: "no database" });
  expect((await stage.connect("/ws")).refused).toEqual({ status: 500, reason: "no database" });
  expect(stage.faults).toHaveLength(2);
});

test("a refusal in bytes, and one without a body, say what they can", async () => {
  let answer: Published;
  const stage = await serving((server) => server.registerMiddleware(() => answer));
  const { HttpResponse, HttpResponseBody, Data } = stage.names;
  answer = HttpResponse.forbidden(HttpResponseBody.data(Data.fromRawString("keep out")));
  expect((await stage.connect("/")).refused).toEqual({ status: 403, reason: "keep out" });
  answer = HttpResponse.tooManyRequests();
  expect((await stage.connect("/")).refused).toEqual({ status: 429, reason: "Too Many Requests" });
});

test.each([
  ["ok", 200, "OK"],
  ["created", 201, "Created"],
  ["accepted", 202, "Accepted"],
  ["badRequest", 400, "Bad Request"],
  ["unauthorized", 401, "Unauthorized"],
  ["forbidden", 403, "Forbidden"],
  ["notFound", 404, "Not Found"],
  ["notAcceptable", 406, "Not Acceptable"],
  ["tooManyRequests", 429, "Too Many Requests"],
  ["internalServerError", 500, "Internal Server Error"],
])("HttpResponse.%s is %i %s, with a body or without", async (name, status, phrase) => {
  const { HttpResponse, HttpResponseBody } = (await Stage.begun(() => undefined)).names;
  const bare = HttpResponse[name]();
  expect(bare).toBeInstanceOf(HttpResponse);
  expect([bare.statusCode, bare.reasonPhrase, bare.headers()]).toEqual([status, phrase, {}]);
  const full = HttpResponse[name](HttpResponseBody.html("<p>tea"));
  expect(full.headers()).toEqual({ "content-type": "text/html; charset=utf-8" });
  expect(() => HttpResponse[name]({ tea: 1 })).toThrow(
    `HttpResponse.${name} takes an HttpResponseBody, got an object; did you mean HttpResponseBody.text(JSON.stringify(value))?`,
  );
});

test.each([
  ["movedPermanently", 301],
  ["movedTemporarily", 307],
])("HttpResponse.%s is a %i with a location", async (name, status) => {
  const { HttpResponse } = (await Stage.begun(() => undefined)).names;
  const response = HttpResponse[name]("/tea");
  expect([response.statusCode, response.headers()]).toEqual([status, { location: "/tea" }]);
  expect(() => HttpResponse[name]()).toThrow(`HttpResponse.${name} takes a string as url, got undefined`);
});

test("HttpResponse.raw has its own status, phrase, headers and body", async () => {
  const stage = await serving((server, { HttpResponse, Data }) => {
    const body = Data.fromIntArray([1, 2]);
    server.registerHandler("/", () =>
      HttpResponse.raw(418, "Teapot", { headers: { "X-Tea": "green", n: 7 }, body }),
    );
  });
  const { HttpResponse } = stage.names;
  expect(HttpResponse.raw(418, "Teapot").reasonPhrase).toBe("Teapot");
  const answer = await stage.fetch("/");
  expect(answer.status).toBe(418);
  expect(answer.headers).toEqual([
    ["content-type", "application/octet-stream"],
    ["x-tea", "green"],
    ["n", "7"],
  ]);
  expect(answer.parts).toEqual([new Uint8Array([1, 2])]);
  expect(() => HttpResponse.raw(101, "x")).toThrow(
    "HttpResponse.raw takes a status from 200 to 999, got 101",
  );
  expect(() => HttpResponse.raw(200, "x", { headers: { a: {} } })).toThrow(
    "HttpResponse.raw takes a string as header a, got an object",
  );
});

test("htmlBody makes a page around its text, data says its type", async () => {
  const stage = await serving((server, { HttpResponse, HttpResponseBody, Data }) => {
    server.registerHandler("/page", () => HttpResponse.ok(HttpResponseBody.htmlBody("<p>tea")));
    const body = HttpResponseBody.data(Data.fromRawString("{}"), { contentType: "application/json" });
    server.registerHandler("/json", () => HttpResponse.ok(body));
  });
  const page = await stage.fetch("/page");
  expect(page.text).toMatch(/^<!doctype html><html>.*<body><p>tea<\/body><\/html>$/);
  expect(page.header("content-type")).toBe("text/html; charset=utf-8");
  const json = await stage.fetch("/json");
  expect([json.header("content-type"), json.text]).toEqual(["application/json", "{}"]);
});

test("hasTokenForHeader looks at each of the listed values, in any case", async () => {
  let request: Published;
  const stage = await serving((server, { HttpResponse }) => {
    server.registerHandler("/", (own: Published) => {
      request = own;
      return HttpResponse.ok();
    });
  });
  await stage.fetch("/", { headers: [["accept", "text/html, Application/JSON"]] });
  expect(request.hasTokenForHeader("Accept", "application/json")).toBe(true);
  expect(request.hasTokenForHeader("accept", "json")).toBe(false);
  expect(request.hasTokenForHeader("constructor", "x")).toBe(false);
  expect(() => request.hasTokenForHeader("accept")).toThrow(
    "HttpRequest.hasTokenForHeader takes a string as token, got undefined",
  );
});

test("forms are read in both encodings, and a body that is not a form has no fields", async () => {
  let request: Published;
  const stage = await serving((server, { HttpResponse }) => {
    server.registerHandler("/", (own: Published) => {
      request = own;
      return HttpResponse.ok();
    });
  });
  const urlencoded = [["content-type", "application/x-www-form-urlencoded; charset=utf-8"]] as const;
  await stage.fetch("/", { method: "POST", headers: urlencoded, body: "a=1&b=two+words&a=%C3%A9" });
  expect(request.parseUrlencodedForm()).toEqual([
    { key: "a", value: "1" },
    { key: "b", value: "two words" },
    { key: "a", value: "é" },
  ]);
  expect(request.parseMultiPartFormData()).toEqual([]);
  const form = new FormData();
  form.set("naïve", "tea\r\n--and more");
  form.set("file", new File([new Uint8Array([0, 255, 13, 10])], "cup.bin"));
  const sent = new Response(form);
  const body = new Uint8Array(await sent.arrayBuffer());
  const headers = [...sent.headers].map(([name, value]): [string, string] => [name, value]);
  await stage.fetch("/", { method: "POST", headers, body });
  const [field, file, ...more] = request.parseMultiPartFormData();
  expect(more).toEqual([]);
  expect([field.name, field.fileName, field.body.toRawString()]).toEqual([
    "naïve",
    null,
    "tea\r\n--and more",
  ]);
  expect([file.name, file.fileName, file.body.toIntArray()]).toEqual(["file", "cup.bin", [0, 255, 13, 10]]);
  expect([field.filename, field.data.toRawString()]).toEqual([null, "tea\r\n--and more"]);
  expect([file.filename, file.data.toIntArray()]).toEqual(["cup.bin", [0, 255, 13, 10]]);
  expect(file.headers["content-type"]).toBe("application/octet-stream");
  expect(request.parseUrlencodedForm()).toEqual([]);
});

test.each([
  ["../../index.ts", "index.ts"],
  ["C:\\\\photos\\\\cup.jpg", "cup.jpg"],
  ["/etc/passwd", "passwd"],
  ["..", ""],
])("a client cannot lead a script elsewhere by the file name %j", async (sent, name) => {
  let request: Published = null;
  const stage = await Stage.begun(({ HttpServer, HttpResponse }) => {
    const server = new HttpServer();
    server.registerHandler("/", (given: Published) => {
      request = given;
      return HttpResponse.ok();
    });
    server.start();
  });
  const body = `--b\r\ncontent-disposition: form-data; name="f"; filename="${sent}"\r\n\r\nx\r\n--b--`;
  await stage.fetch("/", {
    method: "POST",
    headers: [["content-type", "multipart/form-data; boundary=b"]],
    body,
  });
  const [part] = request.parseMultiPartFormData();
  expect([part.filename, part.fileName]).toEqual([name, name]);
});

test.each(["", "tea", "--b", "--b\r\n", "--b\r\n\r\n--b--", "--x\r\n\r\nhi\r\n--x--", "--b\r\n\r\nhalf"])(
  "a broken multipart body has no parts: %j",
  async (body) => {
    let request: Published;
    const stage = await serving((server, { HttpResponse }) => {
      server.registerHandler("/", (own: Published) => {
        request = own;
        return HttpResponse.ok();
      });
    });
    await stage.fetch("/", { headers: [["content-type", "multipart/form-data; boundary=b"]], body });
    expect(request.parseMultiPartFormData().map((part: Published) => part.body.size)).toEqual([]);
  },
);

test("a form with too many fields has none", async () => {
  let request: Published;
  const stage = await serving((server, { HttpResponse }) => {
    server.registerHandler("/", (own: Published) => {
      request = own;
      return HttpResponse.ok();
    });
  });
  const headers = [["content-type", "application/x-www-form-urlencoded"]] as const;
  const fieldsOf = async (count: number): Promise<number> => {
    await stage.fetch("/", { method: "POST", headers, body: Array(count).fill("a=1").join("&") });
    return request.parseUrlencodedForm().length;
  };
  expect([await fieldsOf(10_000), await fieldsOf(10_001)]).toEqual([10_000, 0]);
});

const FILES = {
  "site/index.html": "<h1>home",
  "site/app.js": "let x",
  "site/sub/default.html": "sub",
  "site/empty/only.bin": "?",
  "site/.hidden": "secret",
  "site/a b&c.txt": "spaced",
  "scripting/main.ts": "source",
};

test("a file is served at its path, with its type, as it is at the time", async () => {
  const stage = await serving((server) => {
    server.registerFile("/", "site/index.html");
    server.registerFile("/gone", "site/gone.html");
  }, folderOf(FILES));
  const home = await stage.fetch("/");
  expect([home.status, home.text, home.header("content-type")]).toEqual([
    200,
    "<h1>home",
    "text/html; charset=utf-8",
  ]);
  expect((await stage.fetch("/gone")).status).toBe(404);
});

test.each([
  ["/static/app.js", 200, "let x"],
  ["/static", 200, "<h1>home"],
  ["/static/", 200, "<h1>home"],
  ["/static/sub", 200, "sub"],
  ["/static/a%20b%26c.txt", 200, "spaced"],
  ["/static/empty", 404, "Not Found"],
  ["/static/nothing.js", 404, "Not Found"],
  ["/static/.hidden", 404, "Not Found"],
  ["/static/%2e%2e/scripting/main.ts", 404, "Not Found"],
  ["/static/..%2fscripting%2fmain.ts", 404, "Not Found"],
  ["/static/sub/..%5c..%5cscripting%5cmain.ts", 404, "Not Found"],
  ["/static/app.js%00.html", 404, "Not Found"],
])("the path %s of a folder gets %i", async (path, status, text) => {
  for (const registered of ["/static", "/static/:path", "/static/*"]) {
    const stage = await serving(
      (server) => server.registerFilesFromDirectory(registered, "site"),
      folderOf(FILES),
    );
    expect(await stage.fetch(path)).toMatchObject({ status, text });
  }
});

test("the names that stand for a folder can be others, and a route goes before its files", async () => {
  const stage = await serving((server, { HttpResponse }) => {
    server.registerFilesFromDirectory("/", "site", { defaults: ["app.js"] });
    server.registerHandler("/api", () => HttpResponse.ok("api"));
  }, folderOf(FILES));
  expect((await stage.fetch("/")).text).toBe("let x");
  expect((await stage.fetch("/api")).text).toBe("api");
  expect((await stage.fetch("/sub")).status).toBe(404);
});

test("a directory browser lists a folder, and serves what is in it", async () => {
  const stage = await serving((server) => server.registerDirectoryBrowser("/files", "site"), folderOf(FILES));
  const list = await stage.fetch("/files");
  expect(list.header("content-type")).toBe("text/html; charset=utf-8");
  expect(
    [...list.text.matchAll(/<a href="([^"]*)">([^<]*)</g)].map(([, href, text]) => [href, text]),
  ).toEqual([
    ["/files/a%20b%26c.txt", "a b&amp;c.txt"],
    ["/files/app.js", "app.js"],
    ["/files/empty/", "empty/"],
    ["/files/index.html", "index.html"],
    ["/files/sub/", "sub/"],
  ]);
  expect((await stage.fetch("/files/sub/default.html")).text).toBe("sub");
  expect((await stage.fetch("/files/.hidden")).status).toBe(404);
  expect((await stage.fetch("/files/none")).status).toBe(404);
});

test("wrong arguments are refused by the published call", async () => {
  const { HttpServer } = (await Stage.begun(() => undefined)).names;
  const server = new HttpServer();
  for (const call of ["registerHandler", "registerAsyncHandler"]) {
    expect(() => server[call]("/", "x")).toThrow(
      `HttpServer.${call} takes a function as handler, got a string`,
    );
    expect(() => server[call](1)).toThrow(`HttpServer.${call} takes a string as path, got a number`);
  }
  expect(() => server.registerMiddleware()).toThrow(
    "HttpServer.registerMiddleware takes a function as middleware, got undefined",
  );
  expect(() => server.setNotFoundHandler({})).toThrow(
    "HttpServer.setNotFoundHandler takes a function as handler, got an object",
  );
  expect(() => server.registerFile("/")).toThrow(
    "HttpServer.registerFile takes a string as filePath, got undefined",
  );
  expect(() => server.registerFilesFromDirectory("/", "site", { defaults: 7 })).toThrow(
    "HttpServer.registerFilesFromDirectory takes an array of file names as defaults, got 7",
  );
  expect(() => server.registerDirectoryBrowser("/", 1)).toThrow(
    "HttpServer.registerDirectoryBrowser takes a string as directory, got a number",
  );
});
