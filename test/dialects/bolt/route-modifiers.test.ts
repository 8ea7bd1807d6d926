import { describe, expect, it } from "vitest";
import { boltApp, type Names } from "./stage.ts";

describe("where", () => {
  const source = ({ get, where, whereAll, $bolt }: Names): void => {
    get("/users/:id", () => $bolt.send($bolt.param("id")));
    where("id", "^[0-9]+$");
    get("/posts/:year/:slug", () => $bolt.send("post"));
    whereAll([
      ["year", "^[0-9]{4}$"],
      ["slug", "(?i)^[a-z-]+$"],
    ]);
  };

  it("lets a request in whose parameters match, and refuses others with 400 and the name", async () => {
    const app = await boltApp(source);
    expect((await app.request("GET", "/users/7", { params: { id: "7" } })).text).toBe("7");
    const refused = await app.request("GET", "/users/x", { params: { id: "x" } });
    expect([refused.status, refused.text]).toEqual([400, "Invalid parameter: id"]);
    const params = { year: "2026", slug: "Hello" };
    expect((await app.request("GET", "/posts/2026/Hello", { params })).text).toBe("post");
    const wrong = await app.request("GET", "/posts/2026/1", { params: { ...params, slug: "1" } });
    expect(wrong.text).toBe("Invalid parameter: slug");
  });

  it("is enough if a part of the value matches, as in Bolt", async () => {
    const app = await boltApp(({ get, where, $bolt }) => {
      get("/users/:id", () => $bolt.send("in"));
      where("id", "[0-9]+");
    });
    expect((await app.request("GET", "/users/x1y", { params: { id: "x1y" } })).text).toBe("in");
  });

  it("refuses a WebSocket client before any callback, with 400", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, where }) => {
      ws(
        "/chat/:room",
        "",
        () => void log.push("message"),
        () => void log.push("disconnect"),
      );
      where("room", "^[a-z]+$");
    });
    const client = await app.connect("/chat/:room", { params: { room: "7" } });
    expect(client.refused).toEqual({ status: 400, reason: "Invalid parameter: room" });
    const other = await app.connect("/chat/:room", { params: { room: "tea" } });
    await other.say("hello");
    expect([other.isOpen, log]).toEqual([true, ["message"]]);
  });

  it("warns of a name that the path does not have, and the route serves", async () => {
    const app = await boltApp(({ get, where }) => {
      get("/users/:id", () => undefined);
      where("idd", "[0-9]+");
    });
    expect(app.warnings).toEqual([
      'get("/users/:id"): where("idd") has no effect, because the path has no parameter of this name; did you mean "id"?',
    ]);
    expect((await app.request("GET", "/users/x", { params: { id: "x" } })).status).toBe(200);
  });

  it("takes regular expressions and pairs of them, after a route", async () => {
    const { names } = await boltApp(() => undefined);
    expect(() => names.where("id", "[0-9]+")).toThrow(/^where attaches to the last registered route/);
    names.get("/:id", () => undefined);
    expect(() => names.where("id", "(")).toThrow(
      new TypeError('where(cParamName, cPattern) takes a regular expression as cPattern, got "("'),
    );
    expect(() => names.where("id")).toThrow(/^where\(cParamName, cPattern\) takes 2 arguments, got 1/);
    expect(() => names.whereAll(["id", "[0-9]+"])).toThrow(/^whereAll\(aConstraints\) takes a list of pairs/);
  });
});

describe("prefix", () => {
  it("stands in front of the HTTP routes that follow, until endPrefix; WebSocket routes have none", async () => {
    const app = await boltApp(({ prefix, endPrefix, get, ws, $bolt }) => {
      prefix("/api/v1");
      get("/users/:id", () => $bolt.send($bolt.path()));
      ws("/chat", "", "", "");
      endPrefix();
      get("/", () => $bolt.send("home"));
    });
    expect(app.claims.map(({ kind, pattern }) => `${kind} ${pattern}`)).toEqual([
      "ws /chat",
      "http /api/v1/users/:id",
      "http /",
    ]);
    expect((await app.request("GET", "/api/v1/users/7")).text).toBe("/api/v1/users/:id");
    expect((await app.request("GET", "/")).text).toBe("home");
  });

  it("makes a path that must start with a slash", async () => {
    const { names } = await boltApp(() => undefined);
    names.prefix("api");
    expect(() => names.get("/users", () => undefined)).toThrow(
      new TypeError('get takes a path that starts with "/", got "api/users"'),
    );
  });
});

describe("routes of more methods", () => {
  it("head responds without a body and before the route of GET; options handles OPTIONS", async () => {
    const app = await boltApp(({ get, head, options, $bolt }) => {
      get("/page", () => $bolt.send("page"));
      head("/page", () => $bolt.setHeader("X-Head", "yes"));
      options("/page", () => {
        $bolt.setHeader("Allow", "GET");
        $bolt.sendStatus(204);
      });
    });
    const asked = await app.request("HEAD", "/page");
    expect([asked.status, asked.header("x-head"), asked.text]).toEqual([200, "yes", ""]);
    const allowed = await app.request("OPTIONS", "/page");
    expect([allowed.status, allowed.header("allow")]).toEqual([204, "GET"]);
  });

  it("a path registered twice for one method is served by the first, with one warning", async () => {
    const app = await boltApp(({ get, post, $bolt }) => {
      get("/users/:id", () => $bolt.send("first"));
      get("/users/:name", () => $bolt.send("second"));
      post("/users/:id", () => $bolt.send("posted"));
    });
    expect((await app.request("GET", "/users/7")).text).toBe("first");
    expect((await app.request("POST", "/users/7")).text).toBe("posted");
    expect(app.warnings).toEqual([
      expect.stringMatching(/^get\("\/users\/:name"\): .* as get\("\/users\/:id"\)/),
    ]);
  });
});
