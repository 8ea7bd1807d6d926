import { describe, expect, it } from "vitest";
import { boltApp, type Names } from "./stage.ts";

/** Registers functions around everything that note what runs, and for which event. */
function noting(log: string[], { beforeAll, afterAll, use, $bolt }: Names): (name: string) => () => void {
  const note = (name: string) => (): void =>
    void log.push(`${name} ${$bolt.wsEventType() || $bolt.method()}`.trim());
  beforeAll(note("all before"));
  use(note("use"));
  afterAll(note("all after"));
  return note;
}

describe("global middleware", () => {
  it("runs for WebSocket events: all before, own before, callback, own after, all after", async () => {
    const log: string[] = [];
    const app = await boltApp((names) => {
      const note = noting(log, names);
      names.ws("/chat", note("on"), note("on"), note("on"));
      names.before(note("before"));
      names.after(note("after"));
    });
    const client = await app.connect("/chat");
    await client.say("hello");
    await client.leave();
    expect(log).toEqual([
      ...["all before connect", "use connect", "on connect", "all after connect"],
      ...["all before message", "use message", "before message", "on message"],
      ...["after message", "all after message"],
      ...["all before disconnect", "use disconnect", "on disconnect", "all after disconnect"],
    ]);
  });

  it("runs for requests in the same order", async () => {
    const log: string[] = [];
    const app = await boltApp((names) => {
      const note = noting(log, names);
      names.get("/", note("on"));
      names.before(note("before"));
      names.after(note("after"));
    });
    await app.request("GET", "/");
    expect(log).toEqual([
      ...["all before GET", "use GET", "before GET", "on GET", "after GET", "all after GET"],
    ]);
  });

  it("may abort one event: nothing else of it runs, and the next event is whole", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, beforeAll, before, afterAll, $bolt }) => {
      const isBad = (): boolean => $bolt.wsEventMessage() === "bad";
      beforeAll(() => void (isBad() && $bolt.wsEventAbort()));
      afterAll(() => void log.push("after"));
      ws("/chat", "", () => void log.push($bolt.wsEventMessage()), "");
      before(() => void log.push("before"));
    });
    const client = await app.connect("/chat");
    await client.say("bad", "good");
    expect([log, client.ended]).toEqual([["before", "good", "after"], null]);
  });

  it("sees no abort of an earlier event: one in a callback ends with it", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, beforeAll, $bolt }) => {
      beforeAll(() => undefined);
      ws(
        "/chat",
        () => void $bolt.wsEventAbort(),
        () => void log.push("message"),
        () => void log.push("disconnect"),
      );
    });
    const client = await app.connect("/chat");
    await client.say("hello");
    await client.leave();
    expect(log).toEqual(["message", "disconnect"]);
  });

  it("global middleware that responds takes the place of all that follows", async () => {
    const log: string[] = [];
    const app = await boltApp(({ get, before, beforeAll, afterAll, $bolt }) => {
      beforeAll(() => $bolt.unauthorized());
      get("/", () => void log.push("handler"));
      before(() => void log.push("before"));
      afterAll(() => void log.push("after"));
    });
    expect([(await app.request("GET", "/")).status, log]).toEqual([401, []]);
  });

  it("takes the names of exported functions, and names the one that is missing", async () => {
    const log: string[] = [];
    const app = await boltApp(({ get, beforeAll, afterAll }) => {
      beforeAll("check");
      afterAll("chek");
      get("/", () => undefined);
      return { check: () => void log.push("check") };
    });
    expect(app.warnings).toEqual([
      'afterAll: middleware: the program exports no function "chek"; did you mean "check"?',
    ]);
    await app.request("GET", "/");
    expect(log).toEqual(["check"]);
  });

  it("takes one function or name", async () => {
    const { names } = await boltApp(() => undefined);
    expect(() => names.use("")).toThrow(
      new TypeError('use: middleware must be a function or the name of one, got ""'),
    );
    expect(() => names.beforeAll(5)).toThrow(/^beforeAll: middleware must be a function/);
    expect(() => names.afterAll()).toThrow(new TypeError("afterAll(middleware) takes 1 argument, got 0"));
    expect(() => names.onError(1, 2)).toThrow(new TypeError("onError(handler) takes 1 argument, got 2"));
  });
});

describe("the error handler", () => {
  it("responds to a request whose callback failed; what that responded is dropped, its headers stay", async () => {
    const app = await boltApp(({ get, onError, $bolt }) => {
      onError((error: Error) => $bolt.jsonWithStatus(503, [error.message, $bolt.path(), $bolt.method()]));
      get("/x/:id", () => {
        $bolt.setHeader("X-Early", "yes");
        $bolt.html("half");
        throw new Error("broken");
      });
    });
    const answer = await app.request("GET", "/x/7");
    expect([answer.status, answer.text]).toEqual([503, '["broken","/x/:id","GET"]']);
    expect([answer.header("content-type"), answer.header("x-early")]).toEqual(["application/json", "yes"]);
    expect(app.faultTexts).toEqual(["broken"]);
  });

  it("an error handler that does not respond leaves the status 500", async () => {
    const app = await boltApp(({ get, onError }) => {
      onError(() => undefined);
      get("/", () => Promise.reject(new Error("broken")));
    });
    const answer = await app.request("GET", "/");
    expect([answer.status, answer.text]).toEqual([500, "Internal Server Error"]);
  });

  it("knows the client of an event whose callback failed, and may send to it", async () => {
    const app = await boltApp(({ ws, onError, $bolt }) => {
      onError((error: Error) =>
        $bolt.wsSendTo($bolt.wsClientId(), `${$bolt.wsEventType()}: ${error.message}`),
      );
      const fail = (): never => {
        throw new Error("broken");
      };
      ws("/chat", fail, async () => Promise.reject(new Error("late")), "");
    });
    const client = await app.connect("/chat");
    await client.say("hello");
    expect([client.read(), client.ended]).toEqual([["connect: broken", "message: late"], null]);
    expect(app.faultTexts).toEqual(["broken", "late"]);
  });

  it("an error handler that fails itself is logged, too, and the connection stays", async () => {
    const app = await boltApp(({ ws, get, onError }) => {
      const fail = (text: string) => (): never => {
        throw new Error(text);
      };
      onError(fail("not used"));
      onError(fail("second"));
      ws("/chat", "", fail("first"), "");
      get("/", fail("first"));
    });
    const client = await app.connect("/chat");
    await client.say("hello");
    expect(client.ended).toBeNull();
    expect((await app.request("GET", "/")).status).toBe(500);
    expect(app.faultTexts).toEqual(["first", "second", "first", "second"]);
    expect(app.faults[1]?.where).toBe("onError: handler");
  });
});

describe("response calls in a WebSocket event", () => {
  it("do nothing, and the callback runs on; a response is reported once", async () => {
    const app = await boltApp(({ ws, beforeAll, $bolt }) => {
      beforeAll(() => {
        $bolt.setHeader("X-Id", $bolt.requestId());
        $bolt.unauthorized();
        $bolt.redirect("/login");
      });
      ws("/chat", "", () => $bolt.wsSendTo($bolt.wsClientId(), "heard"), "");
    });
    const client = await app.connect("/chat");
    await client.say("one", "two");
    expect([client.read(), app.faults]).toEqual([["heard", "heard"], []]);
    const text = "has no effect in a WebSocket event, because no request is being handled";
    expect(app.warnings).toEqual([
      expect.stringContaining(`$bolt.unauthorized ${text}`),
      expect.stringContaining(`$bolt.redirect ${text}`),
    ]);
  });
});
